import { duration } from '../ui/format';
import type { Figure } from './measurements';

interface FigureText {
  readonly label: string;
  readonly write: (value: number) => string;
  /** The chart reaches at least so high, so that a little noise looks like little. */
  readonly least: number;
}

export const figureTexts: Readonly<Record<Figure, FigureText>> = {
  roundTripMs: { label: 'Round trip', write: duration, least: 20 },
  bitsInPerSecond: { label: 'In', write: bitRate, least: 50_000 },
  bitsOutPerSecond: { label: 'Out', write: bitRate, least: 50_000 },
  framesPerSecond: { label: 'Frames', write: (value) => `${Math.round(value)} /s`, least: 30 },
  packetsLostPerSecond: {
    label: 'Lost',
    write: (value) => `${value.toFixed(value < 10 ? 1 : 0)} /s`,
    least: 5,
  },
};

/** `0.4 kbit/s`, `820 kbit/s`, `2.4 Mbit/s` */
function bitRate(bits: number): string {
  if (bits >= 1_000_000) return `${(bits / 1_000_000).toFixed(1)} Mbit/s`;
  const kilo = bits / 1_000;
  return `${kilo < 10 ? kilo.toFixed(1) : Math.round(kilo)} kbit/s`;
}
