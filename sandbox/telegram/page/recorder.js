// Recording a voice note with the browser's microphone.
import { h, icon } from "./dom.js";
import { sheet, toast } from "./overlay.js";
import { duration } from "./when.js";
import { t } from "./words.js";

export const canRecord = () => typeof MediaRecorder === "function" && Boolean(navigator.mediaDevices?.getUserMedia);

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** Record until [Stop and send]; `done(file)` gets the note. Closing the sheet throws the recording away. */
export async function record(screen, done) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    toast(screen, t("noMic"), { bad: true });
    return;
  }
  const mime = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
  const recorder = new MediaRecorder(stream, mime ? { mimeType: mime } : {});
  const parts = [];
  let wanted = false;
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    for (const track of stream.getTracks()) track.stop();
    const type = (recorder.mimeType || "audio/webm").split(";")[0];
    if (wanted) done(new File(parts, `voice.${type.split("/")[1]}`, { type }));
  };
  recorder.start();
  const began = performance.now();
  const words = h("p", { class: "recording", role: "timer" });
  const show = () => (words.textContent = t("recording", { time: duration((performance.now() - began) / 1000) }));
  const tick = setInterval(show, 500);
  show();
  sheet(screen, {
    title: t("voice"),
    kind: "of-voice",
    onclose: () => {
      clearInterval(tick);
      recorder.stop();
    },
    body: (close) => [
      words,
      h("button", { type: "button", class: "solid", onclick: () => ((wanted = true), close()) }, icon("stop"), t("stopSend")),
    ],
  });
}
