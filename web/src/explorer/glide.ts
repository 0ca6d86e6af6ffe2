/** Panning of large pictures: what is drawn is shifted as it is, and drawn anew when the movement rests. */

import Sigma from "sigma";
import type { CameraState } from "sigma/types";

const REST = 120; // milliseconds without a movement

export class Glide {
  private drawn: CameraState;
  private timer = 0;

  /** Takes over when `sigma` draws for a camera that moved, as long as the picture is `large`; tells of each shift. */
  constructor(
    private readonly sigma: Sigma,
    private readonly container: HTMLElement,
    large: () => boolean,
    private readonly shifted: () => void,
  ) {
    this.drawn = sigma.getCamera().getState();
    const draw = (): void => void Sigma.prototype.scheduleRender.call(sigma);
    const schedule = (): Sigma => {
      const { x, y, ratio, angle } = sigma.getCamera().getState();
      const panned = (x !== this.drawn.x || y !== this.drawn.y) && ratio === this.drawn.ratio && angle === this.drawn.angle;
      if (panned && large()) this.shift(draw);
      else draw();
      return sigma;
    };
    Object.assign(sigma, { scheduleRender: schedule });
    sigma.on("afterRender", () => this.settled());
  }

  private shift(draw: () => void): void {
    const middle = { x: 0.5, y: 0.5 };
    const before = this.sigma.framedGraphToViewport(middle, { cameraState: this.drawn });
    const now = this.sigma.framedGraphToViewport(middle, { cameraState: this.sigma.getCamera().getState() });
    this.move(`translate(${now.x - before.x}px, ${now.y - before.y}px)`);
    this.shifted();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(draw, REST);
  }

  private settled(): void {
    window.clearTimeout(this.timer);
    this.drawn = this.sigma.getCamera().getState();
    this.move("");
  }

  private move(transform: string): void {
    for (const canvas of this.container.querySelectorAll<HTMLElement>("canvas:not(.sigma-mouse, .large)")) canvas.style.transform = transform;
  }
}
