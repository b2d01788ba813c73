import { mix, TAU, wave } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';

/** The backdrop: a soft gradient, a disc behind the head, and light that drifts. Covers the whole picture. */
export function drawStudio(context: FaceContext2D, width: number, height: number, timeMs: number): void {
  const backdrop = context.createLinearGradient(0, 0, width * 0.35, height);
  backdrop.addColorStop(0, palette.studioTop);
  backdrop.addColorStop(1, palette.studioBottom);
  context.fillStyle = backdrop;
  context.fillRect(0, 0, width, height);

  const unit = Math.max(width, height) / 512;
  for (const [index, light] of lights.entries()) {
    const x = width * light.x + wave(timeMs, 13_000 + index * 2_700, index) * 10 * unit;
    const y = height * light.y + wave(timeMs, 11_000 + index * 1_900, index * 2) * 8 * unit;
    const glow = context.createRadialGradient(x, y, 0, x, y, light.radius * unit);
    glow.addColorStop(0, light.colour);
    glow.addColorStop(1, light.edge);
    context.fillStyle = glow;
    context.fillRect(0, 0, width, height);
  }
}

const lights = [
  { x: 0.14, y: 0.16, radius: 200, colour: 'rgba(255, 255, 255, 0.75)', edge: 'rgba(255, 255, 255, 0)' },
  { x: 0.9, y: 0.3, radius: 190, colour: 'rgba(255, 214, 190, 0.6)', edge: 'rgba(255, 214, 190, 0)' },
  { x: 0.06, y: 0.8, radius: 210, colour: 'rgba(196, 208, 255, 0.65)', edge: 'rgba(196, 208, 255, 0)' },
] as const;

/** What a page keys out: one green all over. */
export function drawGreenScreen(context: FaceContext2D, width: number, height: number): void {
  context.fillStyle = palette.greenScreen;
  context.fillRect(0, 0, width, height);
}

/** The disc behind the head; it grows a little while the avatar speaks. */
export function drawDisc(context: FaceContext2D, voice: number): void {
  const radius = mix(176, 181, voice);
  const disc = context.createLinearGradient(256, 30, 256, 400);
  disc.addColorStop(0, palette.discInner);
  disc.addColorStop(1, palette.discOuter);
  context.fillStyle = disc;
  context.beginPath();
  context.arc(256, 216, radius, 0, TAU);
  context.fill();
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
  context.lineWidth = 2.5;
  context.globalAlpha = mix(0.5, 1, voice);
  context.beginPath();
  context.arc(256, 216, radius + mix(9, 15, voice), 0, TAU);
  context.stroke();
  context.globalAlpha = 1;
}
