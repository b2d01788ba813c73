/** What a simulated avatar answers, and that it promises nothing that its service cannot do. */

import { friendlyAnswer } from '@avatarwire/simulator';
import type { Company } from '../../choice/companies';

const abilities: Readonly<Partial<Record<Company, string>>> = {
  a2e: 'You can ask me things, or make me repeat your words. What I begin, I say to the end.',
  liveavatar:
    'You can ask me things, make me repeat your words, or interrupt me in the middle of a sentence.',
};

export function answerOf(company: Company) {
  return (text: string, context: { readonly turn: number }): string => {
    const own = /\bwhat can (?:you|i)\b|\bhelp\b/iu.test(text) ? abilities[company] : undefined;
    return own ?? friendlyAnswer(text, context);
  };
}
