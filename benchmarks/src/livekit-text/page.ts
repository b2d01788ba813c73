/** Runs in a page: how long a text takes, what it puts on the wire, and what arrives after an interrupt. */

import { seededRandom } from '@avatarwire/simulator';
import { AVATAR, type Avatar, joinAvatar } from './avatar';
import { joinVisitor, type Visitor, type Way } from './visitors';

export type { Way } from './visitors';

type Tokens = Readonly<Record<'avatar' | 'visitor', string>>;

export interface Delivery {
  /** From the call to the moment when the last of it was taken, one entry a round. */
  readonly handedOver: number[];
  /** From the call to the arrival of the last byte. */
  readonly arrived: number[];
  /** Put into the data channel, of one round. */
  wireBytes: number;
}

export interface Interruption {
  /** From the call to the arrival of the interrupt. */
  readonly ms: number;
  /** Of older text, arrived after the call and before the interrupt did. */
  readonly olderBytes: number;
  /** Older text went on arriving behind it. */
  readonly goesOn: boolean;
}

/** Given to the page from outside, for the peer connections made after the first call. */
type Shape = (uplinkBytesPerSecond?: number, queuedPackets?: number) => Promise<void>;

/** Put into any reliable data channel of the page since it was asked for. */
let putBytes = 0;
const { send } = RTCDataChannel.prototype;
RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) {
  if (this.label === '_reliable') putBytes += data.byteLength;
  send.call(this, data);
} as typeof send;

/** The ways take turns. `text`: ASCII. */
export async function deliver(
  url: string,
  rooms: readonly { readonly way: Way; readonly tokens: Tokens }[],
  text: string,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Readonly<Record<string, Delivery>>> {
  const deliveries: Record<string, Delivery> = {};
  const random = seededRandom(1);
  const pairs = [];
  for (const { way, tokens } of rooms) {
    const avatar = await joinAvatar(url, tokens.avatar);
    pairs.push({ way, avatar, visitor: await joinVisitor(way, url, tokens.visitor) });
    deliveries[way] = { handedOver: [], arrived: [], wireBytes: 0 };
  }
  for (let round = -warmUp; round < rounds; round++) {
    for (const { way, avatar, visitor } of pairs) {
      putBytes = 0;
      const startedAt = performance.now();
      const elapsed = () => performance.now() - startedAt;
      const [arrivedMs, handedOverMs] = await Promise.all([
        avatar.hears(avatar.heardBytes + text.length).then(elapsed),
        visitor.say(text).then(elapsed),
      ]);
      const delivery = deliveries[way];
      if (!delivery || round < 0) continue;
      delivery.arrived.push(arrivedMs);
      delivery.handedOver.push(handedOverMs);
      delivery.wireBytes = putBytes;
    }
    // Who goes before whom changes, so that none always runs in the wake of the same other.
    pairs.sort(() => random() - 0.5);
  }
  for (const { avatar, visitor } of pairs) await leave(visitor, avatar);
  return deliveries;
}

/** `texts` wait for a narrow uplink, some of them arrives, and then comes the interrupt. */
export async function interrupt(
  url: string,
  way: Way,
  tokens: Tokens,
  plan: {
    readonly texts: number;
    readonly textBytes: number;
    readonly uplinkBytesPerSecond: number;
    readonly queuedPackets: number;
    readonly lookMs: number;
  },
): Promise<Interruption> {
  const { shapeUplink } = globalThis as unknown as { readonly shapeUplink: Shape };
  await shapeUplink();
  const avatar = await joinAvatar(url, tokens[AVATAR]);
  const visitor = await joinVisitor(way, url, tokens.visitor);
  // Whatever is said once, and never again, has been said.
  await Promise.all([visitor.say('Hello.'), avatar.hears('Hello.'.length)]);
  await shapeUplink(plan.uplinkBytesPerSecond, plan.queuedPackets);
  const text = 'x'.repeat(plan.textBytes);
  // What is cut short, or left behind, is no failure here.
  for (let count = 0; count < plan.texts; count++) visitor.say(text).catch(() => {});
  await becomesNarrow(avatar, plan);

  const before = avatar.heardBytes;
  const calledAt = performance.now();
  const arrived = avatar.isInterrupted();
  visitor.interrupt().catch(() => {});
  await arrived;
  const ms = performance.now() - calledAt;
  const olderBytes = avatar.heardBytes - before;
  await new Promise((resolve) => setTimeout(resolve, plan.lookMs));
  const goesOn = avatar.heardBytes - before > olderBytes;
  await shapeUplink();
  await leave(visitor, avatar);
  return { ms, olderBytes, goesOn };
}

/** Resolves once two seconds' worth has taken more than one: the browser narrows the uplink some time after it was told. */
async function becomesNarrow(
  avatar: Avatar,
  { uplinkBytesPerSecond }: { readonly uplinkBytesPerSecond: number },
): Promise<void> {
  for (let narrow = false; !narrow; ) {
    const startedAt = performance.now();
    await avatar.hears(avatar.heardBytes + 2 * uplinkBytesPerSecond);
    narrow = performance.now() - startedAt > 1_000;
  }
}

async function leave(visitor: Visitor, avatar: Avatar): Promise<void> {
  await visitor.leave();
  await avatar.leave();
}
