/** The avatar of every service: the same in a page and in Node. */

/** What it answers, in several pieces. */
export const REPLY =
  'Of course: "quotes", a \\ and 你好，世界. Here is a family, 👩‍👩‍👧‍👦, a flag, 🏳️‍🌈, and a wave, 👋🏽. That is all that there is to say.';

export const figure = {
  width: 128,
  height: 128,
  framesPerSecond: 10,
  avatar: {
    // What a real avatar may leave out, each service's own tests leave out.
    behaviour: { sendsSpeechSigns: true, acknowledgesActions: true },
    timings: { thinkMs: 50, frameMs: 20 },
    reply: () => REPLY,
  },
} as const;
