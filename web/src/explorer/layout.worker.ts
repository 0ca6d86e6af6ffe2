/** Layouts are calculated away from the page, so that the page stays responsive. */

import { calculated } from "./forces";
import type { Done, Job } from "./layout";

addEventListener("message", ({ data }: MessageEvent<Job>) => {
  const places = calculated(data);
  const done: Done = { number: data.number, places };
  postMessage(done, { transfer: [places.buffer] });
});
