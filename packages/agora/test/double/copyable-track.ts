import { PlaceholderTrack } from '@avatarwire/simulator';

/** A placeholder that knows its clones, which begin with its `enabled`, as the browser's do. */
export class CopyableTrack extends PlaceholderTrack {
  readonly clones: CopyableTrack[] = [];

  override clone(): CopyableTrack {
    const copy = new CopyableTrack(this.kind);
    copy.enabled = this.enabled;
    if (this.readyState === 'ended') copy.stop();
    this.clones.push(copy);
    return copy;
  }

  /** The last one made. */
  get copy(): CopyableTrack {
    const copy = this.clones.at(-1);
    if (copy === undefined) throw new Error('it was never cloned');
    return copy;
  }
}
