import { memoryStore } from '../../src/memory';
import { storeCases } from './store-cases';

storeCases('the memory of this process', async () => {
  const store = memoryStore();
  return { store: () => store, end: () => store.close() };
});
