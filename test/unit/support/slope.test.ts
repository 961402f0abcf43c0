import { slopeOf } from '../../support/slope';

test('A straight line has its slope, and no error', () => {
  const { perStep, error } = slopeOf([1, 3, 5, 7]);
  expect(perStep).toBeCloseTo(2);
  expect(error).toBeCloseTo(0);
});

test('Values that vary about a constant have a slope within three errors', () => {
  const { perStep, error } = slopeOf([5, 6, 4, 5, 6, 4, 5, 6, 4]);
  expect(error).toBeGreaterThan(0);
  expect(Math.abs(perStep)).toBeLessThan(3 * error);
});

test('Values that grow more than they vary have a slope beyond three errors', () => {
  const { perStep, error } = slopeOf([0, 2, 1, 3, 2, 4, 3, 5, 4, 6]);
  expect(perStep).toBeGreaterThan(3 * error);
});

test('Two values say nothing about their error', () => {
  expect(() => slopeOf([1, 2])).toThrow('values: expected at least 3, got 2');
});
