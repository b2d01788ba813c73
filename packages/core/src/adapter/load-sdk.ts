import { AvatarError } from '../errors';

/** A vendor's SDK as its users install it. */
export interface SdkPackage {
  readonly provider: string;
  /** Name on the registry. */
  readonly name: string;
  /** The peer range, as in package.json. */
  readonly range: string;
}

/**
 * Loads it, whatever way the application chose.
 *
 * @throws AvatarError `sdk-missing`, naming the package and its range
 */
export async function loadSdk<Sdk>(sdk: SdkPackage, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    const { provider, name, range } = sdk;
    throw new AvatarError('sdk-missing', `${name} could not be loaded: npm install ${name}@${range}`, {
      provider,
      cause,
    });
  }
}

/** @throws AvatarError `sdk-incompatible`, naming the member that is missing, the package and its range */
export function requireMembers(
  { provider, name, range }: SdkPackage,
  members: Readonly<Record<string, unknown>>,
  type: 'function' | 'object' | 'string',
): void {
  for (const [member, value] of Object.entries(members)) {
    if (typeof value === type && value !== null) continue;
    throw new AvatarError('sdk-incompatible', `${name} has no ${member}: install ${name}@${range}`, {
      provider,
    });
  }
}
