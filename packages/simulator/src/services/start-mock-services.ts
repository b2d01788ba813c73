import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import type { Random } from '../random';
import { type A2eControls, type A2eOptions, createA2e } from './a2e/a2e-service';
import { type AkoolControls, type AkoolOptions, createAkool } from './akool/akool-service';
import type { ServiceName } from './call';
import { type Controlled, createControl, lookAt } from './control';
import { createHeygen, type HeygenControls, type HeygenOptions } from './heygen/heygen-service';
import { HOST, startHttpServer } from './http-server';
import {
  createLiveavatar,
  type LiveavatarControls,
  type LiveavatarOptions,
} from './liveavatar/liveavatar-service';
import { type MockKeys, mockKeys } from './mock-keys';
import { createModel, type ModelSettings, type ModelView } from './model/model-service';
import { type MockService, mountService } from './mount-service';
import type { PageRooms } from './page-rooms/create-page-rooms';
import type { MockRooms } from './rooms';
import type { SessionsView } from './sessions';

export interface MockServicesOptions {
  /** @default 0: any that is free */
  readonly port?: number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Of ids and made-up credentials. @default Math.random */
  readonly random?: Random;
  /**
   * Where the avatar of each session is. @default the rooms of `pageRooms`; without them nowhere: credentials that look
   * right
   */
  readonly rooms?: MockRooms;
  /** Pages that give rooms reach them at `urls.pages`. They are let go when the mock services close. */
  readonly pageRooms?: PageRooms;
  /** What the services take as their keys. @default see {@link mockKeys} */
  readonly keys?: Partial<MockKeys>;
  readonly akool?: AkoolOptions;
  readonly a2e?: A2eOptions;
  readonly heygen?: HeygenOptions;
  readonly liveavatar?: LiveavatarOptions;
  readonly model?: Partial<ModelSettings>;
  /** A larger body is refused with HTTP 413. @default 262144 */
  readonly maxBodyBytes?: number;
  /** JSON nested deeper is refused with HTTP 400. @default 32 */
  readonly maxJsonDepth?: number;
  /** How long `close` waits for `rooms` at most, in milliseconds. @default 3000 */
  readonly closeMs?: number;
  /** Receives what went wrong in `rooms` or in a handler. @default nobody */
  readonly onFault?: (error: unknown) => void;
}

export interface MockServices {
  readonly port: number;
  /** What to give as the service's address instead of the real one. */
  readonly urls: Readonly<Record<ServiceName, string>> & {
    readonly control: string;
    /** For `hostRooms`. */
    readonly pages: string;
  };
  readonly keys: MockKeys;
  readonly akool: MockService & SessionsView & AkoolControls;
  readonly a2e: MockService & SessionsView & A2eControls;
  readonly heygen: MockService & SessionsView & HeygenControls;
  readonly liveavatar: MockService & SessionsView & LiveavatarControls;
  readonly model: MockService & ModelView;
  /**
   * Ends every connection, wait and room. Any number of times. A room that is made later than `closeMs` is left when it
   * comes.
   */
  close(): Promise<void>;
}

/**
 * Starts all mock services on one port of this machine.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export async function startMockServices(options: MockServicesOptions = {}): Promise<MockServices> {
  const { port = 0, clock = systemClock, random = Math.random, onFault = () => {} } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AvatarError('invalid-argument', 'port has to be a whole number from 0 to 65535.');
  const maxBodyBytes = amountOf('maxBodyBytes', options.maxBodyBytes ?? 262_144);
  const maxJsonDepth = amountOf('maxJsonDepth', options.maxJsonDepth ?? 32);
  const closeMs = amountOf('closeMs', options.closeMs ?? 3_000);
  const keys = mockKeys(options.keys);
  const { pageRooms, rooms = pageRooms?.rooms } = options;
  const parts = { clock, random, rooms, onRoomFault: onFault };
  let failuresMade = 0;
  const mounting = { clock, nextId: () => `failure-${++failuresMade}` };

  const akool = createAkool(parts, keys.akool, options.akool);
  const a2e = createA2e(parts, keys.a2e, options.a2e);
  const heygen = createHeygen(parts, keys.heygen, options.heygen);
  const liveavatar = createLiveavatar(parts, keys.liveavatar, options.liveavatar);
  const model = createModel(parts, keys.model, options.model);
  const paid = { akool, a2e, heygen, liveavatar };
  const mounts = {
    akool: mountService(akool, mounting),
    a2e: mountService(a2e, mounting),
    heygen: mountService(heygen, mounting),
    liveavatar: mountService(liveavatar, mounting),
    model: mountService(model, mounting),
  };
  const watched = (name: keyof typeof paid): Controlled => ({
    failures: mounts[name].failures,
    look: () => lookAt(paid[name].sessions.view),
  });
  const control = createControl({
    akool: watched('akool'),
    a2e: watched('a2e'),
    heygen: watched('heygen'),
    liveavatar: watched('liveavatar'),
    model: {
      failures: mounts.model.failures,
      look: () => ({ requests: model.view.requests.length, pieces: model.view.pieces }),
    },
  });

  const server = await startHttpServer({
    port,
    mounted: [
      ...Object.values(mounts).map(({ mounted }) => mounted),
      control,
      ...(pageRooms ? [{ ...pageRooms.served, forPages: true }] : []),
    ],
    maxBodyBytes,
    maxJsonDepth,
    onFault,
  });
  const address = `http://${HOST}:${server.port}`;
  let closing: Promise<void> | undefined;

  return {
    port: server.port,
    urls: {
      akool: `${address}/akool`,
      a2e: `${address}/a2e`,
      heygen: `${address}/heygen`,
      liveavatar: `${address}/liveavatar`,
      model: `${address}/model/v1`,
      control: `${address}/_mock`,
      pages: `${address}/_pages`,
    },
    keys,
    akool: together(mounts.akool.service, akool.controls, akool.sessions.view),
    a2e: together(mounts.a2e.service, a2e.controls, a2e.sessions.view),
    heygen: together(mounts.heygen.service, heygen.controls, heygen.sessions.view),
    liveavatar: together(mounts.liveavatar.service, liveavatar.controls, liveavatar.sessions.view),
    model: together(mounts.model.service, model.view, {}),
    close() {
      closing ??= (async () => {
        pageRooms?.close();
        await server.close();
        const leaving = Object.values(paid).map(({ sessions }) => sessions.shutDown());
        // On the machine's clock: one that a test moves may stand still.
        await settledWithin(systemClock, closeMs, Promise.all([server.idle(), ...leaving]));
      })();
      return closing;
    },
  };
}

function amountOf(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new AvatarError('invalid-argument', `${name} has to be a number above 0.`);
}

/** One object of all three, whose getters stay getters. */
function together<A extends object, B extends object, C extends object>(one: A, two: B, three: C): A & B & C {
  const all = [one, two, three].map((each) => Object.getOwnPropertyDescriptors(each));
  return Object.defineProperties({}, Object.assign({}, ...all)) as A & B & C;
}
