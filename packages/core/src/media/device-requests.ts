/** Asks the browser for a device, one question at a time; what nobody waits for any more is stopped when it comes. */

import type { PublishedSource } from '../transport';
import type { MediaDevicesPort } from './media-devices';
import { MediaFailure, noDevices } from './problems';

export interface DeviceRequests {
  /**
   * Asks in this turn. A question of the same words that stands unanswered is not asked twice. Rejects with what the
   * browser throws.
   */
  ask(constraints: MediaTrackConstraints): Promise<MediaStreamTrack>;
  /** Nobody waits for what was asked. */
  abandon(): void;
}

interface Question {
  readonly words: string;
  readonly answer: Promise<MediaStreamTrack>;
  isWanted: boolean;
}

export function askDevices(
  source: PublishedSource,
  devices: () => MediaDevicesPort | undefined,
): DeviceRequests {
  let standing: Question | undefined;

  function put(words: string, constraints: MediaTrackConstraints): Question {
    const question = { words, answer: capture(source, devices(), constraints), isWanted: true };
    const answered = () => {
      if (standing === question) standing = undefined;
    };
    question.answer.then((track) => {
      answered();
      if (!question.isWanted) track.stop();
    }, answered);
    return question;
  }

  function abandon(): void {
    if (standing) standing.isWanted = false;
  }

  return {
    ask(constraints) {
      const words = JSON.stringify(constraints);
      if (standing?.words !== words) {
        abandon();
        standing = put(words, constraints);
      }
      standing.isWanted = true;
      return standing.answer;
    },
    abandon,
  };
}

async function capture(
  source: PublishedSource,
  devices: MediaDevicesPort | undefined,
  constraints: MediaTrackConstraints,
): Promise<MediaStreamTrack> {
  if (devices === undefined) throw new MediaFailure(noDevices());
  const stream = await (source === 'microphone'
    ? devices.getUserMedia({ audio: constraints })
    : source === 'camera'
      ? devices.getUserMedia({ video: constraints })
      : askForScreen(devices, constraints));
  const [track] = stream.getTracks();
  if (track === undefined) throw new MediaFailure('not-found');
  return track;
}

function askForScreen(devices: MediaDevicesPort, video: MediaTrackConstraints) {
  if (devices.getDisplayMedia) return devices.getDisplayMedia({ video, audio: false });
  // Phones have none.
  throw new MediaFailure('unsupported');
}
