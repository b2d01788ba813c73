import { isAvatarError } from '@avatarwire/core';

/** Collects what is wrong, instead of ending at the first. */
export interface Attempt {
  say(problem: string): void;
  /**
   * What `build` gives; undefined, and a problem more, where it throws.
   *
   * @param names the variables that stand for its options
   */
  make<T>(names: Readonly<Record<string, string>>, build: () => T): T | undefined;
}

export function collectProblems(problems: string[]): Attempt {
  const say = (problem: string) => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  return {
    say,
    make(names, build) {
      try {
        return build();
      } catch (error) {
        // Ours name the option and never its value; what anybody else throws might.
        say(
          isAvatarError(error)
            ? inVariables(error.message, names)
            : 'Something cannot be made of these settings.',
        );
        return undefined;
      }
    },
  };
}

/** `options.apiKey` becomes `AKOOL_API_KEY`. */
function inVariables(message: string, names: Readonly<Record<string, string>>): string {
  return Object.entries(names).reduce(
    (text, [option, variable]) =>
      text.replace(new RegExp(`\\b(?:options\\.)?${option.replace('.', '\\.')}\\b`, 'g'), variable),
    message,
  );
}
