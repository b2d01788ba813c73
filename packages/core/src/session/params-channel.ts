/**
 * `set-params`, one at a time: while one waits for its acknowledgement, later ones are merged into the next, so that
 * a slider that is dragged costs as little as the network takes.
 */

import type { Outbox } from '../delivery/outbox';
import { AvatarError } from '../errors';
import { encodeCommand } from '../protocol/encode';
import type { AvatarParams } from '../protocol/messages';
import { mergeParams, splitParams } from '../protocol/params';
import type { Acknowledgements } from './acknowledgements';
import { createDeferred, type Deferred, rejected } from './deferred';

export interface ParamsChannel {
  /** What the avatar acknowledged so far, merged. */
  readonly acknowledged: AvatarParams;
  /** Resolves on the acknowledgement. */
  set(params: AvatarParams): Promise<void>;
  /** Sending may begin; packets hold this many bytes. */
  open(maxPacketBytes: number): void;
  /**
   * Says again everything acknowledged, and what was under way, each frame as large as a packet allows. Resolves when
   * all of it is acknowledged; rejects with the first failure when all of it has settled.
   */
  repeat(): Promise<void>;
  close(error: AvatarError): void;
}

interface Request {
  params: AvatarParams;
  readonly callers: Deferred<void>[];
}

export interface ParamsChannelOptions {
  readonly outbox: Outbox;
  readonly acknowledgements: Acknowledgements;
  readonly ackMs: number;
  readonly newId: () => string;
  readonly onAcknowledged: (params: AvatarParams) => void;
}

export function createParamsChannel(options: ParamsChannelOptions): ParamsChannel {
  const { outbox, acknowledgements, ackMs, newId, onAcknowledged } = options;
  let acknowledged: AvatarParams = {};
  let maxPacketBytes: number | undefined;
  let waiting: Request[] = [];
  let underWay: (Request & { handedOver: boolean }) | undefined;
  let closedWith: AvatarError | undefined;

  /** As long as any other id: what it takes to measure a frame before it has one. */
  const sampleId = newId();

  const encode = (params: AvatarParams, messageId: string) =>
    encodeCommand({ name: 'set-params', params }, messageId);
  const bytesOf = (params: AvatarParams) => encode(params, sampleId).byteLength;
  const fits = (params: AvatarParams) => maxPacketBytes === undefined || bytesOf(params) <= maxPacketBytes;

  function request(params: AvatarParams): Request & { done: Promise<void> } {
    const caller = createDeferred<void>();
    return { params, callers: [caller], done: caller.promise };
  }

  function sendNext(): void {
    while (!underWay && maxPacketBytes !== undefined) {
      const next = waiting.shift();
      if (!next) return;
      if (fits(next.params)) send(next);
      else fail(next, tooLarge(bytesOf(next.params), maxPacketBytes));
    }
  }

  function send(next: Request): void {
    const messageId = newId();
    const sent = { ...next, handedOver: false };
    underWay = sent;
    const finish = (settle: () => void) => {
      if (underWay !== sent) return;
      underWay = undefined;
      settle();
      sendNext();
    };
    const refuse = (error: AvatarError) => finish(() => fail(sent, error));
    outbox.enqueueCommand({
      lane: 'command',
      messageId,
      packet: encode(sent.params, messageId),
      onFailed: refuse,
      onHandedOver() {
        sent.handedOver = true;
        acknowledgements.expect({
          name: 'set-params',
          messageId,
          ackMs,
          onAcknowledged: () =>
            finish(() => {
              acknowledged = mergeParams(acknowledged, sent.params);
              onAcknowledged(acknowledged);
              for (const caller of sent.callers) caller.resolve();
            }),
          onRefused: refuse,
          onSilence: () => refuse(silence(ackMs)),
        });
      },
    });
  }

  return {
    get acknowledged() {
      return acknowledged;
    },
    set(params) {
      if (closedWith) return rejected(closedWith);
      const last = waiting.at(-1);
      const merged = last && mergeParams(last.params, params);
      const caller = createDeferred<void>();
      if (last && merged && fits(merged)) {
        last.params = merged;
        last.callers.push(caller);
      } else {
        waiting.push({ params, callers: [caller] });
      }
      sendNext();
      return caller.promise;
    },
    open(bytes) {
      maxPacketBytes = bytes;
      sendNext();
    },
    async repeat() {
      // What has not left yet is newer than what is repeated: it goes first and is then part of it.
      if (underWay && !underWay.handedOver) await waitFor(underWay).catch(() => {});
      const known = Object.keys(acknowledged).length === 0 ? [] : splitParams(acknowledged, fits);
      const repeats = known.map(request);
      const lost = underWay?.handedOver ? underWay : undefined;
      if (lost) underWay = undefined;
      const lostDone = lost ? [waitFor(lost)] : [];
      waiting = [...repeats, ...(lost ? [lost] : []), ...waiting];
      sendNext();
      const results = await Promise.allSettled([...repeats.map(({ done }) => done), ...lostDone]);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
    close(error) {
      closedWith = error;
      const all = underWay ? [underWay, ...waiting] : waiting;
      underWay = undefined;
      waiting = [];
      for (const open of all) fail(open, error);
    },
  };
}

function fail({ callers }: Request, error: AvatarError): void {
  for (const caller of callers) caller.reject(error);
}

function waitFor(request: Request): Promise<void> {
  const caller = createDeferred<void>();
  request.callers.push(caller);
  return caller.promise;
}

function silence(ackMs: number): AvatarError {
  return new AvatarError('ack-timeout', `The avatar did not acknowledge set-params within ${ackMs} ms.`);
}

function tooLarge(bytes: number, maxPacketBytes: number): AvatarError {
  return new AvatarError(
    'packet-too-large',
    `These params take ${bytes} bytes and one packet holds ${maxPacketBytes}. Set fewer at once.`,
  );
}
