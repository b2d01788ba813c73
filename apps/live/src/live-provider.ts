/** What the program needs to know of a provider: one file each in `providers/` says it. */

import type { AvatarTransport, Provider, ProviderCredentials } from '@avatarwire/core';
import type { Question } from './page/question';

export interface LiveProvider<P extends Provider = Provider> {
  readonly provider: P;
  /** What was real, for the heading of a report. */
  readonly real: string;
  /** In the environment; all of them are needed. */
  readonly variables: readonly Variable[];
  /** The field of the credentials that lets somebody in: never printed. */
  readonly secretField: keyof ProviderCredentials[P] & string;
  /**
   * In Node: the variables stay there, and pages get credentials of one room and one participant.
   *
   * @throws VariableError
   */
  access(values: Values): Promise<Access<P>>;
  /** In the page. */
  open(): Promise<Cloud<P>>;
  /** In the page: a double in the SDK's place. Absent where the real thing runs anywhere. */
  emulate?(): Promise<EmulatedCloud<P>>;
  /** Watches the vendor's own object for messages, beside and below our adapter. */
  observe(native: unknown, onMessage: (message: NativeMessage) => void): void;
  /** What becomes of a participant whose id joins the room again, as the vendor documents it. */
  readonly twiceInARoom: 'first-ends' | 'undocumented';
  readonly questions: readonly Question<P>[];
}

export interface Variable {
  readonly name: string;
  readonly secret: boolean;
}

export type Values = Readonly<Record<string, string>>;

export interface Access<P extends Provider> {
  /** @param who the participant's id, as others will see it */
  credentials(room: string, who: string): ProviderCredentials[P] | Promise<ProviderCredentials[P]>;
  /** Pages need reach nothing but this machine. */
  readonly isLocal?: boolean;
}

export interface Cloud<P extends Provider> {
  transport(): AvatarTransport<P>;
}

export interface EmulatedCloud<P extends Provider> extends Cloud<P>, Pick<Access<P>, 'credentials'> {}

/** A message as the vendor's event has it. */
export interface NativeMessage {
  readonly from: string;
  readonly firstByte: number;
  readonly bytes: number;
  /** What the vendor tells beside it: a sequence number, a channel. */
  readonly seq?: number;
  readonly cmdId?: number;
}

/** A variable has a value that cannot be right. The value itself is not told. */
export class VariableError extends Error {
  override readonly name = 'VariableError';

  constructor(variable: string, wanted: string) {
    super(`${variable} must be ${wanted}.`);
  }
}

/** Of the variables of `provider`, those without a value. */
export function missingVariables(
  { variables }: Pick<LiveProvider, 'variables'>,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return variables.filter(({ name }) => !environment[name]).map(({ name }) => name);
}
