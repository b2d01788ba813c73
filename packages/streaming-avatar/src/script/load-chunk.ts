import { AvatarError, type Provider } from '@avatarwire/core';
import { HAND_OVER, isHandOver, type MakeTransport } from './hand-over';

/** What the build wrote down about a file beside the script. */
export interface ChunkFile<P extends Provider = Provider> {
  readonly provider: P;
  readonly file: string;
  /** As an `integrity` attribute has it. */
  readonly integrity: string;
}

/** The script's own element, as far as a chunk's needs to be like it. */
export interface OwnScript {
  readonly url: string;
  readonly nonce: string;
}

/** Call it while the script runs: afterwards nobody knows. Undefined where it is no file of its own. */
export function findOwnScript(): OwnScript | undefined {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || script.src === '') return undefined;
  return { url: script.src, nonce: script.nonce };
}

/**
 * Loads a chunk from beside the script. The browser refuses it unless it is byte for byte the one that was built with
 * the script; only a page opened as a file has no such check, in any browser.
 *
 * @throws AvatarError `sdk-missing`, naming the file
 */
export function loadChunk<P extends Provider>(
  { provider, file, integrity }: ChunkFile<P>,
  own: OwnScript,
): Promise<MakeTransport<P>> {
  const { href, protocol } = new URL(file, own.url);
  const script = document.createElement('script');
  script.src = href;
  if (own.nonce !== '') script.nonce = own.nonce;
  if (protocol !== 'file:') {
    script.integrity = integrity;
    // Without it the bytes of another origin, such as a CDN, may not be looked at.
    script.crossOrigin = 'anonymous';
  }
  return new Promise<MakeTransport<P>>((resolve, reject) => {
    const refuse = () =>
      reject(
        new AvatarError(
          'sdk-missing',
          `${href} could not be loaded, or is not the file that was built with this script: its integrity has to be ${integrity}.`,
          { provider },
        ),
      );
    script.addEventListener(HAND_OVER, (event) => isHandOver<P>(event) && resolve(event.detail));
    script.addEventListener('error', refuse);
    // One that has run has handed over before this.
    script.addEventListener('load', refuse);
    document.head.append(script);
  }).finally(() => script.remove());
}
