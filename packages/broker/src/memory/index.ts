/** A store that lives and dies with its process. */

export { memoryStore } from './memory-store';
