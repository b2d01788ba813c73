/**
 * What the documents leave open. The default of each is the harder side for the client, because nobody knows which
 * one a real service takes.
 */
export interface AvatarBehaviour {
  /** Acknowledges `set-action`. @default false */
  readonly acknowledgesActions: boolean;
  /** Speaks parts as they come. Otherwise it waits for the final part. @default false */
  readonly speaksBeforeFinal: boolean;
  /** Sends `audio_start` and `audio_end`. @default false */
  readonly sendsSpeechSigns: boolean;
  /** The connection details name the avatar's participant. Read by `simulate()`. @default false */
  readonly namedInDetails: boolean;
  /** A reply carries the id of the message that it answers. @default true */
  readonly repliesReuseMessageId: boolean;
  /** A reply cut short by an interrupt still gets its final part. @default false */
  readonly finishesInterrupted: boolean;
  /** The final part of a reply has no text of its own. @default true */
  readonly emptyFinalPart: boolean;
  /** After leaving and coming back it still has its parameters. @default false */
  readonly remembersParameters: boolean;
}

export const pessimistic: AvatarBehaviour = Object.freeze({
  acknowledgesActions: false,
  speaksBeforeFinal: false,
  sendsSpeechSigns: false,
  namedInDetails: false,
  repliesReuseMessageId: true,
  finishesInterrupted: false,
  emptyFinalPart: true,
  remembersParameters: false,
});

export const optimistic: AvatarBehaviour = Object.freeze({
  acknowledgesActions: true,
  speaksBeforeFinal: true,
  sendsSpeechSigns: true,
  namedInDetails: true,
  repliesReuseMessageId: false,
  finishesInterrupted: true,
  emptyFinalPart: false,
  remembersParameters: true,
});
