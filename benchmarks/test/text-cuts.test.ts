import { describe, expect, it } from 'vitest';
import { countCuts } from '../src/text-cuts';

describe('what is counted of cuts', () => {
  it('is nothing where clusters stay whole', () => {
    expect(countCuts(['a👩‍👩‍👧‍👦', 'b'], 100)).toEqual({ cuts: 1, halves: 0, avoidable: 0 });
  });

  it('is half a character in both pieces, and a cut that could be avoided, inside a surrogate pair', () => {
    expect(countCuts(['a\ud83d', '\ude00b'], 100)).toEqual({ cuts: 1, halves: 2, avoidable: 1 });
  });

  it('is a cut that could be avoided inside a cluster, if the cluster fits a packet', () => {
    const pieces = ['👩‍👩', '‍👧‍👦'];
    expect(countCuts(pieces, 25)).toEqual({ cuts: 1, halves: 0, avoidable: 1 });
    expect(countCuts(pieces, 24)).toEqual({ cuts: 1, halves: 0, avoidable: 0 });
  });
});
