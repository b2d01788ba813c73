import type { AvatarDialect } from './dialect';
import { writeObject } from './json';

export interface A2eDialectOptions {
  /**
   * Whether replies come in packets with `pos`, `start`, `middle` and `end`. Without it each packet is a message of its
   * own, as a reply without `pos` is whole by the documents. @default true
   */
  readonly positions?: boolean;
  /** Whether what it was told to say comes back as a reply; no document says. @default false */
  readonly echoesSpeech?: boolean;
}

/**
 * A2E: everything that is said to it goes over REST, so nothing that a visitor sends is understood; what it answers
 * comes in packets `{type:"QA", message, pos}` without ids, and nothing tells when it speaks. Source: A2E, "Streaming
 * avatar".
 */
export function a2eDialect({
  positions = true,
  echoesSpeech = false,
}: A2eDialectOptions = {}): AvatarDialect {
  return {
    name: 'a2e',
    calls: { ask: 'dialogue', speak: 'retelling', 'set-qa-context': 'nothing' },
    read: () => ({ problems: ['A2E takes nothing over the data path: call ask or speak.'] }),
    write(said) {
      if (said.kind !== 'reply' || (said.repeated && !echoesSpeech)) return [];
      const { text: message, index, final } = said;
      if (!positions) return message === '' ? [] : [writeObject({ type: 'QA', message })];
      // All of it in one piece has neither a start nor an end that documents would name.
      if (index === 0 && final) return message === '' ? [] : [writeObject({ type: 'QA', message })];
      const pos = index === 0 ? 'start' : final ? 'end' : 'middle';
      return [writeObject({ type: 'QA', message, pos })];
    },
  };
}
