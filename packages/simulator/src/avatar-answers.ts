/** What the simulated avatar answers when nobody wrote its answers: short, friendly, and about itself. */

interface AnswerContext {
  /** How many messages came before. */
  readonly turn: number;
}

interface AnswerRule {
  readonly when: RegExp;
  answer(match: RegExpMatchArray): string;
}

const rules: readonly AnswerRule[] = [
  {
    when: /\b(?:my name is|i am called|call me)\s+(\p{L}+)/iu,
    answer: ([, name = 'friend']) =>
      `Nice to meet you, ${name}! I am a simulated avatar, but I am glad all the same.`,
  },
  {
    when: /\b(?:who|what) are you\b|\byour name\b/iu,
    answer: () =>
      'I am a simulated avatar. My face is drawn and my voice is made of numbers; no account was needed for me.',
  },
  {
    when: /\bwhat can (?:you|i)\b|\bhelp\b/iu,
    answer: () =>
      'You can ask me things, make me repeat your words, wave at me with a gesture, change my voice and its speed, ' +
      'or interrupt me in the middle of a sentence. Try a very long text: it reaches me whole and in order.',
  },
  {
    when: /(-?\d+(?:\.\d+)?)\s*([-+*x×/:÷])\s*(-?\d+(?:\.\d+)?)/u,
    answer: ([, left = '0', sign = '+', right = '0']) =>
      `That makes ${calculate(Number(left), sign, Number(right))}.`,
  },
  {
    when: /\b(?:joke|funny)\b/iu,
    answer: () => 'Why did the packet cross the network? Its turn had come, and not a millisecond earlier.',
  },
  {
    when: /\b(?:story|tell me (?:about|something)|explain)\b/iu,
    answer: () =>
      'Once there was a very long message. It did not fit through the door, so it was cut into parts. ' +
      'Each part knew its number, and the last one knew that it was the last. They walked through one by one, ' +
      'never faster than the door allowed. On the other side they found each other again, and nobody could see the seams.',
  },
  {
    when: /\b(?:how are you|how do you do)\b/iu,
    answer: () => 'Very well, thank you. The network is calm today. And you?',
  },
  { when: /\b(?:thanks|thank you|cheers)\b/iu, answer: () => 'You are welcome!' },
  {
    when: /\b(?:bye|goodbye|see you)\b/iu,
    answer: () => 'Goodbye! Close the session, so that it costs nothing.',
  },
  {
    when: /\b(?:hello|hi|hey|good (?:morning|evening|day))\b/iu,
    answer: () => 'Hello! What would you like to talk about?',
  },
];

const otherwise: readonly ((text: string) => string)[] = [
  (text) => `You said ${quote(text)}. I know little, but I listen well. Ask me for a story, a joke or a sum.`,
  (text) => `${quote(text)}: I shall think about it. What makes you say so?`,
  (text) => `I heard ${quote(text)}, every letter of it. Go on!`,
];

/** The first rule that fits; else one of a few ways to say that it was heard. The same question gets the same answer. */
export function friendlyAnswer(text: string, { turn }: AnswerContext): string {
  for (const { when, answer } of rules) {
    const match = when.exec(text);
    if (match) return answer(match);
  }
  return otherwise[turn % otherwise.length]?.(text) ?? '';
}

function calculate(left: number, sign: string, right: number): string {
  if ('/:÷'.includes(sign) && right === 0) return 'trouble: nobody divides by zero here';
  const result =
    sign === '+'
      ? left + right
      : sign === '-'
        ? left - right
        : '/:÷'.includes(sign)
          ? left / right
          : left * right;
  return String(Math.round(result * 1e6) / 1e6);
}

function quote(text: string): string {
  const letters = [...text.trim()];
  return `“${letters.slice(0, 60).join('')}${letters.length > 60 ? '…' : ''}”`;
}
