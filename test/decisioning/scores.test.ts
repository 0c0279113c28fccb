// What an offer is worth in a moment.
import { describe, expect, it } from 'vitest';
import { arithmeticScore, comparable, factorOf } from '../../src/decisioning/scores.ts';

describe('percent points', () => {
  it('add up to a factor around 1', () => {
    expect(factorOf(0)).toBe(1);
    expect(factorOf(25)).toBe(1.25);
    expect(factorOf(25 - 5)).toBe(1.2);
    expect(factorOf(-40)).toBe(0.6);
  });

  it('never turn a value negative', () => {
    expect(factorOf(-100)).toBe(0);
    expect(factorOf(-250)).toBe(0);
  });
});

describe('a score', () => {
  it('is the product of propensity, context weight, value and lever', () => {
    expect(arithmeticScore({ propensity: 0.25, contextWeight: 2, value: 12, lever: 1.5 })).toBe(9);
  });

  it('is 0 as soon as one of them is', () => {
    expect(arithmeticScore({ propensity: 0.25, contextWeight: 0, value: 12, lever: 1.5 })).toBe(0);
  });

  it('is 0 when a formula gave no number', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -2].map(comparable)).toEqual([0, 0, 0, -2]);
  });
});
