// A small shop on grammY, as its own documentation would write it; only the API root is another.
import { Bot, InlineKeyboard, Keyboard } from "grammy";

const root = process.argv[2];
const bot = new Bot(process.argv[3], { client: { apiRoot: root } });

bot.command("start", (ctx) => ctx.reply("Welcome. What shall it be?", { reply_markup: new InlineKeyboard().text("Order", "order").url("About", "https://example.org") }));

bot.callbackQuery("order", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "One moment" });
  await ctx.editMessageText("Ordering.");
  await ctx.reply("Which size?", { reply_markup: new Keyboard().text("Small").text("Large").resized().oneTime() });
});

bot.hears(["Small", "Large"], (ctx) => ctx.reply(`${ctx.msg.text} it is. Send a photo.`, { reply_markup: { remove_keyboard: true } }));

bot.on("message:photo", async (ctx) => {
  const file = await ctx.getFile();
  const answer = await fetch(`${root}/file/bot${bot.token}/${file.file_path}`);
  const size = (await answer.arrayBuffer()).byteLength;
  await ctx.replyWithPhoto(ctx.msg.photo.at(-1).file_id, { caption: `Got ${size === file.file_size ? "all" : "some"} of it.` });
  await ctx.replyWithInvoice("Order", "One thing", "order-1", "CNY", [{ label: "Thing", amount: 1230 }], { provider_token: "SANDBOX-pay" });
});

bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("message:successful_payment", (ctx) => ctx.reply(`Paid ${ctx.msg.successful_payment.total_amount} for ${ctx.msg.successful_payment.invoice_payload}.`));

bot.start();
