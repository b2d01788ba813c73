/** An avatar service that does what the test says, and remembers every conversation it had. */

import type { AvatarMode, Incoming } from '../../src/protocol/messages';
import type {
  AvatarService,
  ServiceCapabilities,
  ServiceDialogue,
  ServiceHost,
  TextFrames,
} from '../../src/service';
import type { RemoteTrack } from '../../src/transport';
import { type Frame, type Stage, type StageOptions, stage } from './stage';

export interface ScriptedDialogue {
  readonly host: ServiceHost;
  /** Each set of tracks that it was shown. */
  readonly shown: (readonly RemoteTrack[])[];
  /** Modes that `before` was called with. */
  readonly before: (AvatarMode | undefined)[];
  readonly closed: () => number;
}

export interface ScriptedServiceOptions {
  readonly name?: string;
  /** Beside `speak` and `ask`. */
  readonly can?: Partial<ServiceCapabilities>;
  readonly mode?: AvatarMode;
  readonly acknowledges?: boolean;
  readonly idleMs?: number;
  readonly takes?: AvatarService['takes'];
  readonly parts?: TextFrames['parts'];
  readonly before?: (mode: AvatarMode | undefined) => Promise<void> | undefined;
  /** Its words go by calls: what becomes of each. */
  readonly send?: (frame: ServiceFrame) => Promise<void>;
  readonly onStart?: (host: ServiceHost) => void;
}

/** A frame of the stage, which also says how its text is meant. */
export interface ServiceFrame extends Frame {
  readonly mode?: AvatarMode;
}

export interface ScriptedService {
  readonly service: AvatarService;
  readonly dialogues: ScriptedDialogue[];
  readonly dialogue: () => ScriptedDialogue;
  /** Frames that went by calls. */
  readonly called: ServiceFrame[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Its packets in are JSON: a list of what they say. */
export function scriptedService(options: ScriptedServiceOptions = {}): ScriptedService {
  const { name = 'talker', can, mode, idleMs, parts = 'joined', before, send, onStart } = options;
  const dialogues: ScriptedDialogue[] = [];
  const called: ServiceFrame[] = [];

  function framesOf(messageId: string, mode: AvatarMode | undefined): TextFrames {
    const head = (final: boolean) =>
      `{"type":"chat","mid":"${messageId}"${mode ? `,"mode":"${mode}"` : ''},"fin":${final},"pld":{"text":"`;
    return {
      parts,
      overhead: (_index, final) => head(final).length + 3,
      frame(_index, final, text) {
        return encoder.encode(`${head(final)}${decoder.decode(text)}"}}`);
      },
    };
  }

  function start(host: ServiceHost): ServiceDialogue {
    const shown: (readonly RemoteTrack[])[] = [];
    const asked: (AvatarMode | undefined)[] = [];
    let closed = 0;
    dialogues.push({ host, shown, before: asked, closed: () => closed });
    onStart?.(host);
    return {
      frames: framesOf,
      command: ({ name: cmd }, mid) => encoder.encode(JSON.stringify({ type: 'command', mid, pld: { cmd } })),
      read(packet): readonly Incoming[] {
        const said: unknown = JSON.parse(decoder.decode(packet));
        return Array.isArray(said) ? said : [{ kind: 'unrecognised', problem: 'no list', raw: said }];
      },
      before(wanted) {
        asked.push(wanted);
        return before?.(wanted);
      },
      show: (tracks) => shown.push(tracks),
      close() {
        closed++;
      },
      ...(send && {
        maxPacketBytes: 2_000,
        async send(packet) {
          const frame: ServiceFrame = JSON.parse(decoder.decode(packet));
          called.push(frame);
          await send(frame);
        },
      }),
    };
  }

  return {
    dialogues,
    called,
    dialogue() {
      const last = dialogues.at(-1);
      if (!last) throw new Error('no conversation was begun');
      return last;
    },
    service: {
      name,
      can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false, ...can },
      acknowledges: options.acknowledges ?? false,
      ...(mode && { mode }),
      ...(idleMs !== undefined && { idleMs }),
      ...(options.takes && { takes: options.takes }),
      start,
    },
  };
}

/** A session of which the service is a scripted one. */
export function served(
  service: ScriptedServiceOptions = {},
  { details, ...options }: StageOptions = {},
): Stage & ScriptedService {
  const scripted = scriptedService(service);
  const services = { talker: () => scripted.service };
  return { ...stage({ services, details: { service: 'talker', ...details }, ...options }), ...scripted };
}
