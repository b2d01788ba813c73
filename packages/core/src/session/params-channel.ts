/**
 * `set-params`, one at a time: what comes while one waits for its acknowledgement is merged into the next, so that a
 * slider that is dragged costs as little as the network takes.
 */

import { AvatarError } from '../errors';
import type { AvatarMode, AvatarParams, Command } from '../protocol/messages';
import { mergeParams, splitParams } from '../protocol/params';
import type { Acknowledgements } from './acknowledgements';
import { createDeferred, type Deferred } from './deferred';

export interface ParamsChannel {
  /** What the avatar acknowledged so far, merged. */
  readonly acknowledged: AvatarParams;
  /** Whether the avatar is in `mode`, and nothing under way may change that. */
  isIn(mode: AvatarMode): boolean;
  /** Resolves on the acknowledgement. */
  set(params: AvatarParams): Promise<void>;
  /** Sending may begin; packets hold this many bytes. */
  open(maxPacketBytes: number): void;
  /**
   * Says again everything acknowledged, and what was under way, each frame as large as a packet allows. Resolves when
   * all of it is acknowledged; rejects with the first failure when all of it has settled.
   */
  repeat(): Promise<void>;
  /** What waits fails. */
  close(error: AvatarError): void;
}

interface Request {
  readonly params: AvatarParams;
  readonly callers: Deferred<void>[];
  /** Said before: a new request that is refused must not take it along, so the two are never merged. */
  readonly isRepeat?: boolean;
  /** Acknowledged before: a newer repeat says it as well, so that an avatar that comes and goes leaves no queue behind. */
  readonly isKnown?: boolean | undefined;
}

interface SentRequest extends Request {
  handedOver: boolean;
  forget(): void;
}

export interface ParamsChannelOptions {
  readonly acknowledgements: Acknowledgements;
  readonly ackMs: number;
  readonly newId: () => string;
  readonly encode: (command: Command, messageId: string) => Uint8Array<ArrayBuffer>;
  /** Why the avatar takes no params, if so. */
  readonly refusal: () => AvatarError | undefined;
  readonly onAcknowledged: (params: AvatarParams) => void;
}

export function createParamsChannel(options: ParamsChannelOptions): ParamsChannel {
  const { acknowledgements, ackMs, newId, encode, refusal, onAcknowledged } = options;
  let acknowledged: AvatarParams = {};
  /** Undefined also after a change of which nobody knows whether it arrived. */
  let mode: AvatarMode | undefined;
  let maxPacketBytes = 0;
  const waiting: Request[] = [];
  let underWay: SentRequest | undefined;

  /** As long as any other id: what it takes to measure a frame before it has one. */
  const sampleId = newId();

  const bytesOf = (params: AvatarParams) => encode({ name: 'set-params', params }, sampleId).byteLength;
  const fits = (params: AvatarParams) => bytesOf(params) <= maxPacketBytes;

  function sendNext(): void {
    while (!underWay && maxPacketBytes > 0) {
      const next = waiting.shift();
      if (!next) return;
      const refused = refusal();
      if (refused) fail(next, refused);
      else if (fits(next.params)) send(next.isRepeat ? next : mergeWaiting(next));
      else fail(next, tooLarge(bytesOf(next.params), maxPacketBytes));
    }
  }

  function mergeWaiting({ params, callers }: Request): Request {
    let merged = params;
    for (let next = waiting[0]; next && !next.isRepeat; next = waiting[0]) {
      const wider = mergeParams(merged, next.params);
      if (!fits(wider)) break;
      merged = wider;
      callers.push(...next.callers);
      waiting.shift();
    }
    return { params: merged, callers };
  }

  function send(request: Request): void {
    const { params, callers } = request;
    const sent: SentRequest = { ...request, handedOver: false, forget() {} };
    underWay = sent;
    sent.forget = acknowledgements.send({
      command: { name: 'set-params', params },
      ackMs,
      onHandedOver() {
        sent.handedOver = true;
      },
      onAcknowledged() {
        underWay = undefined;
        mode = params.mode ?? mode;
        take(params);
        for (const caller of callers) caller.resolve();
        sendNext();
      },
      onFailed(error) {
        underWay = undefined;
        if (acknowledgements.paused && sent.handedOver) {
          // It was in flight when the connection was lost.
          waiting.unshift({ ...request, isRepeat: true });
        } else {
          if (params.mode !== undefined && error.code !== 'command-refused') mode = undefined;
          fail(request, error);
        }
        sendNext();
      },
    });
  }

  function take(params: AvatarParams): void {
    const merged = mergeParams(acknowledged, params);
    if (JSON.stringify(merged) === JSON.stringify(acknowledged)) return;
    acknowledged = merged;
    onAcknowledged(merged);
  }

  return {
    get acknowledged() {
      return acknowledged;
    },
    isIn: (wanted) =>
      mode === wanted && [underWay, ...waiting].every((open) => (open?.params.mode ?? wanted) === wanted),
    set(params) {
      const request: Request = { params, callers: [] };
      const done = waitFor(request);
      waiting.push(request);
      sendNext();
      return done;
    },
    open(bytes) {
      maxPacketBytes = bytes;
      sendNext();
    },
    async repeat() {
      // What has not left yet is newer than what is repeated: it goes first and is then part of it.
      if (underWay && !underWay.handedOver) await waitFor(underWay).catch(() => {});
      const repeats: Request[] = splitParams(acknowledged, fits).map((params) => ({
        params,
        callers: [],
        isRepeat: true,
        isKnown: true,
      }));
      const replaced = waiting.filter(({ isKnown }) => isKnown);
      if (underWay?.handedOver) {
        const { params, callers, isKnown } = underWay;
        underWay.forget();
        underWay = undefined;
        (isKnown ? replaced : repeats).push({ params, callers, isRepeat: true });
      }
      const done = repeats.map(waitFor);
      repeats[0]?.callers.push(...replaced.flatMap(({ callers }) => callers));
      waiting.unshift(...repeats, ...waiting.splice(0).filter(({ isKnown }) => !isKnown));
      sendNext();
      for (const result of await Promise.allSettled(done)) {
        if (result.status === 'rejected') throw result.reason;
      }
    },
    close(error) {
      for (const request of waiting.splice(0)) fail(request, error);
    },
  };
}

function fail({ callers }: Request, error: AvatarError): void {
  for (const caller of callers) caller.reject(error);
}

function waitFor({ callers }: Request): Promise<void> {
  const caller = createDeferred<void>();
  callers.push(caller);
  return caller.promise;
}

function tooLarge(bytes: number, maxPacketBytes: number): AvatarError {
  return new AvatarError(
    'packet-too-large',
    `These params take ${bytes} bytes and one packet holds ${maxPacketBytes}. Set fewer at once.`,
  );
}
