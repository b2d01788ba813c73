import type { FaceContext2D } from './face-context';
import { palette } from './palette';

/** What hangs behind the neck, in the head's coordinates. It goes the other way when the head turns. */
export function drawBackHair(context: FaceContext2D, yaw: number, pitch: number): void {
  context.save();
  context.translate(-yaw * 9, -pitch * 5);
  const shade = context.createLinearGradient(0, -140, 0, 140);
  shade.addColorStop(0, palette.hair);
  shade.addColorStop(1, palette.hairDark);
  context.fillStyle = shade;
  context.beginPath();
  context.moveTo(0, -146);
  context.bezierCurveTo(72, -148, 112, -96, 112, -24);
  context.bezierCurveTo(112, 34, 124, 74, 112, 112);
  context.bezierCurveTo(104, 138, 68, 144, 48, 130);
  context.lineTo(-48, 130);
  context.bezierCurveTo(-68, 144, -104, 138, -112, 112);
  context.bezierCurveTo(-124, 74, -112, 34, -112, -24);
  context.bezierCurveTo(-112, -96, -72, -148, 0, -146);
  context.closePath();
  context.fill();
  // Light on the ends, where they turn in.
  context.lineCap = 'round';
  context.strokeStyle = 'rgba(146, 124, 200, 0.26)';
  context.lineWidth = 3;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(side * 110, 58);
    context.bezierCurveTo(side * 112, 92, side * 104, 120, side * 78, 127);
    context.moveTo(side * 99, 70);
    context.bezierCurveTo(side * 100, 94, side * 92, 110, side * 74, 116);
    context.stroke();
  }
  context.restore();
}

/** The fringe and the locks beside the face, over the head. */
export function drawFrontHair(context: FaceContext2D, yaw: number, pitch: number): void {
  context.save();
  context.translate(yaw * 5, pitch * 3);
  const shade = context.createLinearGradient(-90, -140, 80, 60);
  shade.addColorStop(0, palette.hairLight);
  shade.addColorStop(0.4, palette.hair);
  shade.addColorStop(1, palette.hairDark);
  context.fillStyle = shade;
  context.beginPath();
  // Parted on the picture's right; the long side sweeps to the left.
  context.moveTo(34, -146);
  context.bezierCurveTo(92, -138, 116, -86, 112, -20);
  context.bezierCurveTo(110, 28, 116, 66, 104, 104);
  context.bezierCurveTo(100, 66, 92, 28, 84, -6);
  context.bezierCurveTo(82, -38, 76, -66, 50, -92);
  context.bezierCurveTo(46, -96, 40, -96, 36, -91);
  context.bezierCurveTo(14, -62, -30, -44, -62, -42);
  context.bezierCurveTo(-76, -26, -84, -6, -86, 12);
  context.bezierCurveTo(-92, 40, -98, 70, -104, 104);
  context.bezierCurveTo(-116, 66, -110, 28, -112, -20);
  context.bezierCurveTo(-116, -96, -60, -158, 34, -146);
  context.closePath();
  context.fill();
  strands(context);
  context.restore();
}

function strands(context: FaceContext2D): void {
  context.lineCap = 'round';
  context.strokeStyle = 'rgba(146, 124, 200, 0.5)';
  context.lineWidth = 4;
  context.beginPath();
  context.moveTo(-84, -72);
  context.bezierCurveTo(-62, -112, -22, -130, 18, -130);
  context.stroke();
  context.strokeStyle = 'rgba(146, 124, 200, 0.28)';
  context.lineWidth = 2.4;
  context.beginPath();
  context.moveTo(-76, -56);
  context.bezierCurveTo(-44, -76, 2, -96, 30, -122);
  context.moveTo(-96, -20);
  context.bezierCurveTo(-98, 16, -100, 40, -102, 72);
  context.moveTo(62, -112);
  context.bezierCurveTo(88, -84, 97, -48, 98, -10);
  context.moveTo(-58, -34);
  context.bezierCurveTo(-30, -52, 12, -70, 38, -104);
  context.stroke();
}
