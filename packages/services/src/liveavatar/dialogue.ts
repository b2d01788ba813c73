import {
  AvatarError,
  type AvatarMode,
  type Incoming,
  isAvatarError,
  type JsonObject,
  type ServiceDialogue,
  type ServiceHost,
} from '@avatarwire/core';
import { framesAround } from '../browser/frames';
import { readPacket } from '../browser/read-packet';
import { callOver } from '../browser/rest';
import { createTranscripts } from './transcripts';

export interface LiveavatarSettings {
  readonly mode: AvatarMode;
  readonly keepAliveMs: number;
}

const encoder = new TextEncoder();

export function startLiveavatar(host: ServiceHost, settings: LiveavatarSettings): ServiceDialogue {
  const { clock, logger } = host;
  const transcripts = createTranscripts(() => host.newId());
  let cancelKeepAlive = clock.schedule(keepAlive, settings.keepAliveMs);

  function keepAlive(): void {
    cancelKeepAlive = clock.schedule(keepAlive, settings.keepAliveMs);
    callOver(host, 'keep-alive').catch((error: unknown) => {
      logger.warn('liveavatar: keeping the session alive failed', { error });
      // Nobody can ever do it.
      if (isAvatarError(error) && error.code === 'unsupported') cancelKeepAlive();
    });
  }

  /** @param why a word of the service's own list, such as the reason of a stop */
  function ended(why?: unknown): readonly Incoming[] {
    const serviceCode = typeof why === 'string' && /^[\w.-]{1,64}$/.test(why) ? why : undefined;
    const details = { service: 'liveavatar', ...(serviceCode && { serviceCode }) };
    host.gone(new AvatarError('session-gone', 'LiveAvatar ended the session.', details));
    return [];
  }

  function understand(event: JsonObject): readonly Incoming[] | string {
    const { event_type, source_event_id, text } = event;
    if (typeof event_type !== 'string') return 'event_type is not a string.';
    const transcript = /^(avatar|user)\.transcription(\.chunk)?$/.exec(event_type);
    if (transcript) {
      if (typeof text !== 'string') return 'text is not a string.';
      const add = transcript[2] ? transcripts.chunk : transcripts.whole;
      return add(transcript[1] as 'avatar' | 'user', text, source_event_id);
    }
    switch (event_type) {
      case 'avatar.speak_started':
        return [{ kind: 'speech', speaking: true }];
      case 'avatar.speak_ended':
        transcripts.speechEnded();
        return [{ kind: 'speech', speaking: false }];
      case 'session.stopped':
        return ended(event['stop_reason']);
      case 'session.state_updated':
        return event['state'] === 'closed' ? ended() : [];
    }
    // The visitor's voice, push-to-talk and settings of the session: nothing of ours says so.
    const known = /^(user\.(speak|push_to_talk)_\w+|session\.updated)$/.test(event_type);
    return known ? [] : 'event_type is unknown.';
  }

  return {
    frames(messageId, mode = settings.mode) {
      const asks = mode === 'dialogue';
      const type = asks ? 'avatar.speak_response' : 'avatar.speak_text';
      const head = `{"event_type":"${type}","event_id":${JSON.stringify(messageId)},"text":"`;
      // A question cut in two is two questions.
      return framesAround(asks ? 'whole' : 'apart', head, '"}');
    },
    command: ({ name }, messageId) =>
      encoder.encode(JSON.stringify({ event_type: `avatar.${name}`, event_id: messageId })),
    read: (packet) => readPacket(packet, understand),
    close: () => cancelKeepAlive(),
  };
}
