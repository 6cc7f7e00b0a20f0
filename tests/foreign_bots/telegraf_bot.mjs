// The same shop on Telegraf, which puts a field of its own into every button; only the API root is another.
import { Markup, Telegraf } from "telegraf";

const bot = new Telegraf(process.argv[3], { telegram: { apiRoot: process.argv[2] } });

bot.start((ctx) => ctx.reply("Welcome. What shall it be?", Markup.inlineKeyboard([Markup.button.callback("Order", "order"), Markup.button.url("About", "https://example.org")])));

bot.action("order", async (ctx) => {
  await ctx.answerCbQuery("One moment");
  await ctx.editMessageText("Ordering.");
  await ctx.reply("Which size?", Markup.keyboard(["Small", "Large"]).resize().oneTime());
});

bot.hears(["Small", "Large"], (ctx) => ctx.reply(`${ctx.message.text} it is. Send a photo.`, Markup.removeKeyboard()));

bot.on("photo", async (ctx) => {
  const photo = ctx.message.photo.at(-1);
  const answer = await fetch(await ctx.telegram.getFileLink(photo.file_id));
  const size = (await answer.arrayBuffer()).byteLength;
  await ctx.replyWithPhoto(photo.file_id, { caption: `Got ${size === photo.file_size ? "all" : "some"} of it.` });
  await ctx.replyWithInvoice({ title: "Order", description: "One thing", payload: "order-1", provider_token: "SANDBOX-pay", currency: "CNY", prices: [{ label: "Thing", amount: 1230 }] });
});

bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("successful_payment", (ctx) => ctx.reply(`Paid ${ctx.message.successful_payment.total_amount} for ${ctx.message.successful_payment.invoice_payload}.`));

bot.launch();
