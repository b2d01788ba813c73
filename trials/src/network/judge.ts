/** Whether what was said and what was heard agree, and both with what the visitor was told of it. */

import { fullestSecond, type Peak, type TimedPacket } from '@avatarwire/tooling/delivery';
import type { AvatarReport, HeardText, Said, SentPacket, VisitorReport } from './reports';
import { answerTo } from './texts';

export interface Limits {
  readonly maxPacketBytes: number;
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** A line for each expectation that does not hold. */
export function judge(visitor: VisitorReport, avatar: AvatarReport, limits: Limits): readonly string[] {
  return [
    ...avatar.violations.map((problem) => `the avatar saw what no client may do: ${problem}`),
    ...judgeOrder(visitor.said, avatar.messages),
    ...visitor.said.flatMap((said) => judgeOutcome(said, visitor, avatar)),
    ...judgeInterrupts(visitor, avatar),
    ...judgeAnswers(visitor, avatar),
    ...judgeRate(visitor.packets, limits),
  ];
}

/** Everything heard was said, and in this order; a stream is heard in pieces. */
function judgeOrder(said: readonly Said[], heard: readonly HeardText[]): string[] {
  const problems: string[] = [];
  const streamed = new Map<number, number>();
  let latest = -1;
  for (const { text } of heard) {
    const place = said.findIndex((one, index) =>
      one.kind === 'stream' ? one.text.startsWith(text, streamed.get(index) ?? 0) : one.text === text,
    );
    if (place < 0) problems.push(`heard what nobody said: ${shown(text)}`);
    else if (place < latest) problems.push(`heard after what was said later: ${shown(text)}`);
    if (said[place]?.kind === 'stream') streamed.set(place, (streamed.get(place) ?? 0) + text.length);
    latest = Math.max(latest, place);
  }
  return problems;
}

function judgeOutcome(said: Said, visitor: VisitorReport, avatar: AvatarReport): string[] {
  const { kind, text, outcome } = said;
  const about = (problem: string) => [`${kind} ${shown(text)}: ${problem}`];
  if (outcome === undefined) return about('nobody was told what became of it');
  if (outcome.is === 'failed' && outcome.code !== 'delivery-uncertain') {
    return whatArrived(said, visitor, avatar) === ''
      ? []
      : about(`failed with ${outcome.code}, but it arrived`);
  }
  const times = timesWhole(said, visitor, avatar);
  if (times > 1) return about(`arrived ${times} times`);
  const { status, unsentText, uncertain } =
    outcome.is === 'failed'
      ? { status: 'failed', unsentText: outcome.unsentText ?? '', uncertain: true }
      : outcome.delivery;
  if (!text.endsWith(unsentText)) return about('what it says was not sent is not its end');
  const isUncertain = uncertain || isLaterUncertain(said, visitor);
  const sent = text.slice(0, text.length - unsentText.length);
  const arrived = whatArrived(said, visitor, avatar);
  if (!sent.startsWith(arrived)) return about('more of it arrived than was sent, or something else');
  if (!isUncertain && arrived !== sent)
    return about(`${status}, but only ${arrived.length} of ${sent.length} characters arrived`);
  if (status === 'sent' && !isUncertain && times === 0)
    return about('was sent for certain, and is not there whole');
  return [];
}

const idOf = ({ text }: Said, { transcript }: VisitorReport) =>
  transcript.find((line) => line.author === 'application' && line.text === text)?.id ?? '';

const isLaterUncertain = (said: Said, visitor: VisitorReport) =>
  visitor.uncertain.includes(idOf(said, visitor));

function timesWhole(said: Said, visitor: VisitorReport, { messages }: AvatarReport): number {
  if (said.kind !== 'stream') return messages.filter(({ text }) => text === said.text).length;
  return streamPieces(said, visitor, messages).join('') === said.text ? 1 : 0;
}

/** All of the message that reached the avatar, joined, whether it became whole or not. */
function whatArrived(said: Said, visitor: VisitorReport, { parts, messages }: AvatarReport): string {
  if (said.kind === 'stream') return streamPieces(said, visitor, messages).join('');
  const id = idOf(said, visitor);
  const own = parts.filter((part) => part.id === id).sort((one, other) => one.index - other.index);
  return own.map(({ text }) => text).join('');
}

/** A stream travels as messages of which only the first has an id that is known: those that are nothing else. */
function streamPieces(said: Said, { said: all }: VisitorReport, messages: readonly HeardText[]): string[] {
  const pieces: string[] = [];
  let length = 0;
  for (const { text } of messages) {
    if (all.some((one) => one.kind !== 'stream' && one.text === text)) continue;
    if (!said.text.startsWith(text, length)) continue;
    pieces.push(text);
    length += text.length;
  }
  return pieces;
}

/** An interrupt that was acknowledged arrived, and each at most twice: once more after a loss. */
function judgeInterrupts({ commanded }: VisitorReport, { commands }: AvatarReport): string[] {
  const asked = commanded.filter(({ kind }) => kind === 'interrupt');
  const acknowledged = asked.filter(({ settledAt, code }) => settledAt !== undefined && code === undefined);
  const heard = commands.filter(({ name }) => name === 'interrupt');
  return [
    ...commanded
      .filter(({ settledAt }) => settledAt === undefined)
      .map(({ kind }) => `${kind}: nobody was told what became of it`),
    ...(heard.length < acknowledged.length
      ? [`${acknowledged.length} interrupts were acknowledged and ${heard.length} arrived`]
      : []),
    ...(heard.length > asked.length * 2 ? [`${asked.length} interrupts arrived ${heard.length} times`] : []),
  ];
}

/** Each question that arrived has its answer, whole and once; after a loss at most once. */
function judgeAnswers(visitor: VisitorReport, avatar: AvatarReport): string[] {
  const lossy = visitor.uncertain.length > 0 || visitor.states.some(({ state }) => state === 'reconnecting');
  const spoken = visitor.transcript.filter(({ author }) => author === 'avatar');
  const problems: string[] = [];
  for (const { kind, text } of visitor.said) {
    if (kind !== 'ask' || !avatar.messages.some((heard) => heard.text === text)) continue;
    const answer = answerTo(text);
    const times = spoken.filter((line) => line.complete && line.text === answer).length;
    if (times > 1 || (times === 0 && !lossy))
      problems.push(`the answer to ${shown(text)} is there ${times} times`);
  }
  const known = [...visitor.said.map(({ text }) => answerTo(text)), ...visitor.said.map(({ text }) => text)];
  for (const { text } of spoken) {
    if (!known.some((one) => one.includes(text)))
      problems.push(`the transcript holds what the avatar never said: ${shown(text)}`);
  }
  return problems;
}

function judgeRate(packets: readonly SentPacket[], limits: Limits): string[] {
  const { packetsPerSecond, bytesPerSecond, maxPacketBytes } = limits;
  const peak = peakOf(packets);
  const largest = Math.max(0, ...packets.map(({ bytes }) => bytes));
  return [
    ...(largest > maxPacketBytes ? [`a packet of ${largest} bytes, and ${maxPacketBytes} are allowed`] : []),
    ...(peak.packets > packetsPerSecond
      ? [`${peak.packets} packets in a second, and ${packetsPerSecond} are allowed`]
      : []),
    ...(peak.bytes > bytesPerSecond
      ? [`${peak.bytes} bytes in a second, and ${bytesPerSecond} are allowed`]
      : []),
  ];
}

export function peakOf(packets: readonly SentPacket[]): Peak {
  const timed: TimedPacket[] = packets.map(({ at, bytes }) => ({ at, data: new Uint8Array(bytes) }));
  return fullestSecond(timed);
}

const shown = (text: string) => JSON.stringify(text.slice(0, 24));
