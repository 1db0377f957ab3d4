import { expect, it } from 'vitest';
import { ApiClock } from './api-clock.js';

it('notices that this machine’s clock was set, until the API has answered again', () => {
  let [here, steady] = [1_000_000, 5_000];
  const clock = new ApiClock(
    () => here,
    () => steady,
  );
  const answer = (nonce: string, apiTime: number) => {
    clock.ask(nonce);
    clock.answer(nonce, apiTime);
  };
  expect(clock.jumped()).toBe(false);
  answer('one', 1_000_500);
  expect([clock.jumped(), clock.now()]).toEqual([false, 1_000_500]);
  here += 60_000;
  steady += 60_000;
  expect([clock.jumped(), clock.now()]).toEqual([false, 1_060_500]);
  here -= 300_000;
  expect(clock.jumped()).toBe(true);
  // A sample of before is worth nothing, however quick it was.
  answer('two', 1_060_600);
  expect([clock.jumped(), clock.now()]).toEqual([false, 1_060_600]);
});

it.each([300_000, -300_000])(
  'is right although this machine’s clock is set by %d ms between question and answer',
  (set) => {
    let [here, steady] = [1_000_000, 5_000];
    const clock = new ApiClock(
      () => here,
      () => steady,
    );
    clock.ask('one');
    here += 200 + set;
    steady += 200;
    clock.answer('one', 2_000_000);
    expect([clock.jumped(), clock.now()]).toEqual([false, 2_000_100]);
  },
);
