import { scatter, wave } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';

const PIECES = 34;

/** Paper that falls while something is celebrated. */
export function drawConfetti(context: FaceContext2D, strength: number, timeMs: number): void {
  if (strength <= 0) return;
  for (let piece = 0; piece < PIECES; piece += 1) {
    const fallMs = 1_900 + scatter(piece) * 1_500;
    const fallen = (timeMs / fallMs + scatter(piece + 0.3)) % 1;
    const x = scatter(piece + 0.6) * 540 - 14 + wave(timeMs, 1_300 + piece * 40, piece) * 14;
    context.save();
    context.translate(x, fallen * 560 - 24);
    context.rotate(wave(timeMs, 1_500 + piece * 30, piece) * 2);
    context.scale(1, 0.25 + 0.75 * Math.abs(wave(timeMs, 700 + piece * 23, piece)));
    context.globalAlpha = strength * (1 - fallen * 0.6);
    context.fillStyle = palette.confetti[piece % palette.confetti.length] ?? '#ffffff';
    context.fillRect(-4.5, -6, 9, 12);
    context.restore();
  }
}
