import type { PingFigures } from './ping';
import type { WireSettings } from './wire';

/** Whether the wire is as bad as it was set, and no worse: a line for each thing that is not. Lost counts there and back. */
export function judgeWire({ loss, delay }: WireSettings, figures: PingFigures): readonly string[] {
  const { lostPercent, roundTripMs, outOfOrder } = figures;
  const wanted = 100 * (1 - (1 - loss / 100) ** 2);
  const mean = roundTripMs?.mean ?? Number.NaN;
  return [
    ...(lostPercent < wanted / 2 || lostPercent > wanted * 2 + 1
      ? [`the wire loses ${lostPercent.toFixed(1)} % there and back, and was set to ${wanted.toFixed(1)} %`]
      : []),
    ...(mean >= 2 * delay.mean * 0.9 && mean <= 2 * delay.mean * 1.1 + 60
      ? []
      : [`the round trip takes ${mean.toFixed(1)} ms, and ${2 * delay.mean} ms were set`]),
    ...(delay.spread > 0 && outOfOrder === 0 ? ['nothing is out of order'] : []),
  ];
}
