/**
 * 64 KB of mixed text over each adapter and the double of its SDK, 40 to 300 ms away and never the same: when the last
 * part is handed over, and how full the fullest second was. As elsewhere, time grows in steps of a window, so several
 * texts of about this length are summed.
 */

import { createVirtualClock } from '@avatarwire/simulator';
import { mixedText } from '@avatarwire/tooling/delivery';
import { bestHandOverMs } from '../best-possible';
import { sendAsDocumented } from '../documented-sender';
import { jitteringAgora, ROOM, withDouble } from '../double-session';
import { bytes, milliseconds, type Result, type Row, ratio } from '../report';
import { fullestSecond } from '../sliding-windows';
import { escapedBytes } from '../texts';

const TEXTS = Array.from({ length: 12 }, (_, index) => ({
  seed: index + 1,
  text: mixedText(65_536 + index * 523, index + 1),
}));
const TARGET = 1.02;
const DOCUMENTED_ID = 'msg-1700000000000';

interface HandOver {
  readonly ms: number;
  readonly bestMs: number;
  readonly fullest: { readonly packets: number; readonly bytes: number };
  readonly isOver: boolean;
  readonly tooMuchAtArrival: number;
  readonly isWhole: boolean;
}

export const sdkDoubles: Row = {
  name: 'sdk-doubles',
  async run() {
    const documented = await documentedOverAgora();
    return [...(await measure('agora', documented)), ...(await measure('trtc'))];
  },
};

async function measure(
  provider: 'agora' | 'trtc',
  documented?: { readonly ms: number; readonly fullestBytes: number },
): Promise<readonly Result[]> {
  const runs: HandOver[] = [];
  for (const { text, seed } of TEXTS) runs.push(await handOver(provider, text, seed));
  const measured = sum(runs.map(({ ms }) => ms));
  const best = sum(runs.map(({ bestMs }) => bestMs));
  const whole = runs.filter(({ isWhole }) => isWhole).length;
  const over = runs.filter(({ isOver }) => isOver).length;
  const fullest = Math.max(...runs.map((run) => run.fullest.bytes));
  const compressed = sum(runs.map(({ tooMuchAtArrival }) => tooMuchAtArrival));
  const of = `${TEXTS.length} mixed texts of about 64 KB over the double of ${provider}`;
  return [
    {
      what: `${of}, 40 to 300 ms away`,
      target: `≤ ${TARGET}× the best possible, all of them whole`,
      value: `${ratio(measured / best)} (${milliseconds(measured)}), ${whole} whole`,
      comparison:
        milliseconds(best) + (documented ? `; documented sender: ${milliseconds(documented.ms)}` : ''),
      pass: measured / best <= TARGET && whole === TEXTS.length,
    },
    {
      what: `${of}: seconds above the limits, at hand-over`,
      target: '0',
      value: `${over}; the fullest held ${bytes(fullest)}`,
      comparison: `at arrival, pressed together by the network: ${compressed} packets${
        documented ? `; documented sender: up to ${bytes(documented.fullestBytes)} in a second` : ''
      }`,
      pass: over === 0,
    },
  ];
}

function handOver(provider: 'agora' | 'trtc', text: string, seed: number): Promise<HandOver> {
  return withDouble(provider, seed, async (stage) => {
    const { session, clock, out, avatar, policy } = stage;
    const startedAt = clock.now();
    await clock.run(session.speak(text));
    await clock.advance(2_000);
    const parts = out.filter(({ lane }) => lane === 'chat');
    const frameBytes = Math.min(...parts.map(({ data }) => data.length - escapedBytes(textOf(data))));
    const fullest = fullestSecond(out);
    return {
      ms: (parts.at(-1)?.at ?? startedAt) - startedAt,
      bestMs: bestHandOverMs({ textBytes: escapedBytes(text), frameBytes }, policy),
      fullest,
      isOver: fullest.bytes > policy.bytesPerSecond || fullest.packets > policy.packetsPerSecond,
      tooMuchAtArrival: stage.tooMuchAtArrival,
      isWhole: avatar.heard.messages[0]?.text === text && avatar.heard.violations.length === 0,
    };
  });
}

/** Over the same double, without a session. */
async function documentedOverAgora(): Promise<{ readonly ms: number; readonly fullestBytes: number }> {
  let ms = 0;
  let fullestBytes = 0;
  for (const { text, seed } of TEXTS) {
    const clock = createVirtualClock();
    const cloud = jitteringAgora(clock, seed);
    const { appId, channel, token, uid } = cloud.credentials(ROOM, 'visitor');
    const client = (await cloud.sdk()).default.createClient({ mode: 'rtc', codec: 'vp8' });
    await clock.run(client.join(appId, channel, token, uid));
    const packets: { readonly at: number; readonly data: Uint8Array }[] = [];
    const startedAt = clock.now();
    const send = (data: Uint8Array) => {
      packets.push({ at: clock.now(), data });
      client.sendStreamMessage(data, false).catch(() => {});
    };
    await clock.run(sendAsDocumented(text, { messageId: DOCUMENTED_ID, clock, send }));
    ms += (packets.at(-1)?.at ?? startedAt) - startedAt;
    fullestBytes = Math.max(fullestBytes, fullestSecond(packets).bytes);
    await clock.run(client.leave());
  }
  return { ms, fullestBytes };
}

function textOf(packet: Uint8Array): string {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return frame.pld.text;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
