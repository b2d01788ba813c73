import { drawHand } from './draw-hands';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { ArmPose } from './pose';

/** A sleeve from below the picture to the wrist, its cuff, and the hand. */
export function drawArm(context: FaceContext2D, arm: ArmPose | undefined, side: 'left' | 'right'): void {
  if (arm === undefined) return;
  const length = Math.hypot(arm.wristX - arm.elbowX, arm.wristY - arm.elbowY);
  const turn = Math.atan2(arm.wristX - arm.elbowX, arm.elbowY - arm.wristY);

  // In the arm's own coordinates the elbow is the origin and the wrist straight above it.
  context.save();
  context.translate(arm.elbowX, arm.elbowY);
  context.rotate(turn);
  context.lineCap = 'round';
  const knit = context.createLinearGradient(-40, 0, 40, 0);
  knit.addColorStop(0, palette.knitLight);
  knit.addColorStop(0.5, palette.knit);
  knit.addColorStop(1, palette.knitDark);
  context.fillStyle = knit;
  sleeve(context, length);
  context.restore();

  context.save();
  context.translate(arm.wristX, arm.wristY);
  context.rotate(arm.handTurn);
  if (side === 'left') context.scale(-1, 1);
  drawHand(context, arm.hand, arm.spread);
  context.restore();

  // The cuff covers where hand and sleeve meet.
  context.save();
  context.translate(arm.elbowX, arm.elbowY);
  context.rotate(turn);
  context.lineCap = 'round';
  context.strokeStyle = palette.collarShade;
  context.lineWidth = 15;
  cuff(context, length + 1);
  context.strokeStyle = palette.collar;
  context.lineWidth = 11;
  cuff(context, length);
  context.restore();
}

function sleeve(context: FaceContext2D, length: number): void {
  context.beginPath();
  context.moveTo(-44, 60);
  context.bezierCurveTo(-50, 0, -34, -length * 0.5, -24, -length);
  context.lineTo(24, -length);
  context.bezierCurveTo(34, -length * 0.5, 50, 0, 44, 60);
  context.closePath();
  context.fill();
}

function cuff(context: FaceContext2D, length: number): void {
  context.beginPath();
  context.moveTo(-21, -length + 2);
  context.quadraticCurveTo(0, -length + 7, 21, -length + 2);
  context.stroke();
}
