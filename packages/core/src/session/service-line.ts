/** Whom the session speaks to: a service's half, and its dialogue over one connection after another. */

import type { Clock } from '../clock';
import type { OutboxConnection } from '../delivery/outbox-types';
import { checkRatePolicy, ratePolicies } from '../delivery/rate-policies';
import { AvatarError } from '../errors';
import type { Logger } from '../logger';
import { protocolV2 } from '../protocol/protocol-v2';
import type { AvatarService, ServiceCapabilities, ServiceDialogue, ServiceHost } from '../service';
import type { RemoteTrack } from '../transport';
import { CANNOT } from './can';
import { rejected } from './deferred';
import { loadService } from './load-service';
import type { ServiceSession } from './service-sessions';
import { CALL_MS } from './session-defaults';
import type { AvatarSessionOptions } from './session-types';
import { within } from './waiting';

export interface ServiceLine {
  /** The half in use, else the built-in one. */
  readonly service: AvatarService;
  /** That of this connection, else of the last one, which still says how things are written. */
  readonly dialogue: ServiceDialogue;
  /** Its words go by calls. The service answers each, so none is in doubt whatever becomes of the connection. */
  readonly byCalls: boolean;
  /** What can be asked of the avatar, over a connection that may send packets or not. */
  can(canSend: boolean): ServiceCapabilities;
  /** Where packets go: over `connection`, or by the calls of whatever dialogue is open then. */
  way(connection: OutboxConnection): OutboxConnection;
  /** Gets the half of the service that is met next. Not called while a dialogue is open. */
  load(name: string | undefined): Promise<void>;
  /** The connection stands: begins a fresh dialogue, unless one is open. */
  open(): void;
  /** The avatar's tracks are now these. */
  show(tracks: readonly RemoteTrack[]): void;
  close(): void;
}

export interface ServiceLineOptions extends Pick<ServiceHost, 'receive' | 'gone'> {
  readonly services?: AvatarSessionOptions['services'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
  readonly call: () => ServiceSession['call'];
  /** A packet leaves, whatever its way. */
  readonly onPacket: () => void;
}

export function createServiceLine(options: ServiceLineOptions): ServiceLine {
  const { services, clock, logger, newId, signal, onPacket } = options;
  let service = protocolV2;
  let dialogue = service.start(hostOf(() => false));
  let isOpen = false;
  let opened = 0;
  let loads = 0;
  let begun: ServiceDialogue | undefined;
  let shown: readonly RemoteTrack[] = [];

  /** Of a dialogue that is over nothing is heard any more. */
  function hostOf(isAlive: () => boolean): ServiceHost {
    return {
      clock,
      logger,
      newId,
      call: (action, body) => options.call()?.(action, body) ?? rejected(noCalls()),
      receive: (incoming) => isAlive() && options.receive(incoming),
      gone: (error) => isAlive() && options.gone(error),
    };
  }

  return {
    get service() {
      return service;
    },
    get dialogue() {
      return dialogue;
    },
    get byCalls() {
      return dialogue.send !== undefined;
    },
    can: (canSend) => ((dialogue.send ? options.call() : canSend) ? service.can : CANNOT),
    way(connection) {
      if (!dialogue.send) {
        const send = (packet: Uint8Array<ArrayBuffer>) => {
          onPacket();
          return connection.send(packet);
        };
        return { ...connection, send };
      }
      const { memory } = ratePolicies;
      const { maxPacketBytes = memory.maxPacketBytes } = dialogue;
      // No rate of ours: a service that wants fewer calls says service-busy.
      const policy = checkRatePolicy({ ...memory, maxPacketBytes, maxUnsettledBytes: maxPacketBytes });
      const send = async (packet: Uint8Array<ArrayBuffer>) => {
        onPacket();
        await within(Promise.resolve(dialogue.send?.(packet)), {
          clock,
          timeoutMs: CALL_MS,
          signal,
          onTimeout: () =>
            new AvatarError('send-unsettled', `The service did not answer within ${CALL_MS} ms.`),
        });
      };
      return { send, maxPacketBytes, policy, oneAtATime: true };
    },
    async load(name) {
      const turn = ++loads;
      const half = await loadService(name, services);
      // One that comes late, after its attempt was given up, is not that of the next.
      if (turn === loads) service = half;
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      const turn = ++opened;
      begun = service.start(hostOf(() => isOpen && turn === opened));
      // It may have said at once that the service is gone.
      if (isOpen) dialogue = begun;
      else begun.close();
    },
    show(tracks) {
      if (!isOpen) return;
      if (tracks.length === shown.length && tracks.every((track, index) => track === shown[index])) return;
      shown = tracks;
      dialogue.show?.(tracks);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      shown = [];
      try {
        begun?.close();
      } catch (error) {
        // What it holds must not keep the room and the paid session open.
        logger.error('the dialogue did not close', { error });
      }
      begun = undefined;
    },
  };
}

function noCalls(): AvatarError {
  return new AvatarError('unsupported', 'The service takes calls, and the source has no call().');
}
