/** Bytes on the wire for English over Agora, against the text's own bytes in UTF-8. */

import { runDocumented } from '../documented-run';
import { type Row, ratio } from '../report';
import { totalBytes } from '../sliding-windows';
import { letters, scripts } from '../texts';
import { withSession } from '../virtual-session';

const TARGET = 1.1;

export const wireBytes: Row = {
  name: 'wire-bytes',
  async run() {
    const english = scripts.find(({ name }) => name === 'English')?.text(10_000) ?? '';
    return [
      await measure('10,000 Latin letters', letters(10_000)),
      await measure('10,000 units of English', english),
    ];
  },
};

function measure(what: string, text: string) {
  return withSession('agora', async ({ session, sim, out }) => {
    await sim.run(session.speak(text));
    const own = new TextEncoder().encode(text).length;
    const value = totalBytes(out) / own;
    const documented = totalBytes((await runDocumented(text)).packets) / own;
    return {
      what: `${what} over agora, wire bytes to UTF-8 bytes`,
      target: `≤ ${TARGET.toFixed(2)}×`,
      value: ratio(value),
      comparison: `documented sender ${ratio(documented)}`,
      pass: value <= TARGET,
    };
  });
}
