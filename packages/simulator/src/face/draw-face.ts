import { drawArm } from './draw-arms';
import { drawBadge } from './draw-badge';
import { drawBody, drawNeck } from './draw-body';
import { drawConfetti } from './draw-confetti';
import { drawBackHair, drawFrontHair } from './draw-hair';
import { drawHead } from './draw-head';
import { drawDisc, drawGreenScreen, drawStudio } from './draw-studio';
import type { FaceContext2D } from './face-context';
import type { FaceState } from './face-state';
import type { Pose } from './pose';
import { poseAt } from './pose-at';

/** The figure is drawn on a square of this side and then scaled to the canvas. */
const SIDE = 512;

/**
 * Draws the avatar over the whole canvas, whatever its size and shape. The same state and time give the same
 * picture.
 *
 * @param timeMs milliseconds on any clock that does not go back; its zero means nothing
 */
export function drawFace(context: FaceContext2D, state: FaceState, timeMs: number): void {
  const { width, height } = context.canvas;
  const pose = poseAt(state, timeMs);
  const voice = state.speaking ? state.mouth.open : 0;
  // On a tall canvas the figure grows beyond the sides rather than sit small at the foot.
  const scale = Math.max(Math.min(width, height), height * 0.72) / SIDE;

  context.save();
  context.globalAlpha = 1;
  const studio = state.background !== 'green';
  if (studio) drawStudio(context, width, height, timeMs);
  else drawGreenScreen(context, width, height);
  context.translate(width / 2, height);
  context.scale(scale, scale);
  context.translate(-SIDE / 2, -SIDE);
  if (studio) drawDisc(context, voice);
  inHead(context, pose, () => drawBackHair(context, pose.head.yaw, pose.head.pitch));
  drawBody(context, pose);
  drawNeck(context, pose);
  inHead(context, pose, () => {
    drawHead(context, pose, state.mouth);
    drawFrontHair(context, pose.head.yaw, pose.head.pitch);
  });
  drawConfetti(context, pose.confetti, timeMs);
  drawArm(context, pose.leftArm, 'left');
  drawArm(context, pose.rightArm, 'right');
  context.restore();

  // What a page cuts out is the figure alone.
  if (!studio) return;
  context.save();
  const badge = Math.min(width, height) / SIDE;
  context.scale(badge, badge);
  drawBadge(context, state);
  context.restore();
}

/** The head turns about the top of the spine, below its centre. */
function inHead(context: FaceContext2D, { head, body }: Pose, draw: () => void): void {
  context.save();
  context.translate(256 + head.x + body.x * 0.5, 316 + head.y);
  context.rotate(head.tilt);
  context.translate(0, -104);
  draw();
  context.restore();
}
