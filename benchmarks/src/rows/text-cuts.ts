/** Long texts of every script, cut for Agora and TRTC: halves of characters, and clusters cut although they fit a packet. */

import { ratePolicies } from '@avatarwire/core';
import { mixedText } from '@avatarwire/tooling/delivery';
import { cutAsDocumented } from '../documented-sender';
import type { Result, Row } from '../report';
import { type Cuts, countCuts } from '../text-cuts';
import { scripts } from '../texts';
import { withSession } from '../virtual-session';

const UNITS = 30_000;
/** As the guide's own samples name messages. */
const MESSAGE_ID = 'msg-1700000000000';

const texts = [...scripts.map(({ text }) => text(UNITS)), mixedText(65_536)];

export const textCuts: Row = {
  name: 'text-cuts',
  async run() {
    const documented = sum(
      texts.map((text) => countCuts(cutAsDocumented(text, MESSAGE_ID), 950 - frameBytes)),
    );
    return [await measure('agora', shown(documented)), await measure('trtc', '–')];
  },
};

/** Of the documented sender's empty frame. */
const frameBytes = JSON.stringify({
  v: 2,
  type: 'chat',
  mid: MESSAGE_ID,
  idx: 0,
  fin: false,
  pld: { text: '' },
}).length;

async function measure(name: 'agora' | 'trtc', documented: string): Promise<Result> {
  const cuts = await withSession(name, async ({ session, sim, out }) => {
    const counted: Cuts[] = [];
    for (const text of texts) {
      out.length = 0;
      await sim.run(session.speak(text));
      const parts = out.filter(({ lane }) => lane === 'chat').map(({ data }) => data);
      const pieces = parts.map(textOf);
      if (pieces.join('') !== text) throw new Error('The text did not arrive whole.');
      const frame = Math.max(...parts.map((data, at) => data.length - escapedLength(pieces[at] ?? '')));
      counted.push(countCuts(pieces, ratePolicies[name].maxPacketBytes - frame));
    }
    return sum(counted);
  });
  return {
    what: `${texts.length} texts in as many kinds of writing over ${name}: cuts; messages that hold half a character; cuts inside a cluster that fits a packet`,
    target: '0; 0',
    value: shown(cuts),
    comparison: documented === '–' ? documented : `documented sender: ${documented}`,
    pass: cuts.halves === 0 && cuts.avoidable === 0,
  };
}

const shown = ({ cuts, halves, avoidable }: Cuts) => `${cuts} cuts; ${halves}; ${avoidable}`;

function sum(counted: readonly Cuts[]): Cuts {
  return counted.reduce((all, one) => ({
    cuts: all.cuts + one.cuts,
    halves: all.halves + one.halves,
    avoidable: all.avoidable + one.avoidable,
  }));
}

function textOf(packet: Uint8Array): string {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return frame.pld.text;
}

function escapedLength(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length - 2;
}
