import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../src/hosts/places.ts';

const patient = new AbortController().signal;

describe('places', () => {
  it('are given in the order of asking, and never one too many', async () => {
    const places = createPlaces(1);
    const order: string[] = [];
    await places.take(patient);
    const first = places.take(patient).then(() => order.push('first'));
    const second = places.take(patient).then(() => order.push('second'));
    places.release();
    const late = places.take(patient).then(() => order.push('late'));
    await first;
    expect(order).toEqual(['first']);
    places.release();
    await second;
    places.release();
    await late;
    expect(order).toEqual(['first', 'second', 'late']);
  });

  it('are not lost to those who left the line', async () => {
    const places = createPlaces(1);
    await places.take(patient);
    const leave = new AbortController();
    const left = places.take(leave.signal);
    const stays = places.take(patient);
    leave.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    places.release();
    await stays;
  });

  it('are not given to who has gone already', async () => {
    const places = createPlaces(1);
    await expect(places.take(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await places.take(patient);
  });
});
