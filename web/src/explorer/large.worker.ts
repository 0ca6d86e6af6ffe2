/** Large networks are drawn away from the page: without a graphics card that takes as long as some twenty frames. */

import { drawNumbers, type Look, type Numbers } from "./large-drawing";

/** What is to be drawn from now on, or how to draw it now. */
export type Order = { readonly numbers: Numbers } | { readonly look: Look };

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext("2d")!;
let numbers: Numbers | null = null;

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  if ("numbers" in data) {
    numbers = data.numbers;
    return;
  }
  const { look } = data;
  [canvas.width, canvas.height] = [Math.max(1, Math.round(look.width * look.ratio)), Math.max(1, Math.round(look.height * look.ratio))];
  if (numbers) drawNumbers(context, numbers, look);
  const bitmap = canvas.transferToImageBitmap();
  postMessage(bitmap, { transfer: [bitmap] });
});
