import fc from 'fast-check';
import { alignByUser } from '../../../src/batching/alignment';
import type { UserStageTasks } from '../../../src/domain/stage-task';

/** `count` tells two answers for the same user apart. */
function answerFor(userId: string, count = 1): UserStageTasks {
  return { userId, counts: [{ option: 'TODO', count }], stageTasks: [] };
}

describe('the people of one call', () => {
  const [anna, bela, cora] = [answerFor('anna'), answerFor('bela'), answerFor('cora')];

  it('are answered in the order asked, however upstream orders its answer', () => {
    expect(alignByUser(['anna', 'bela', 'cora'], [cora, anna, bela])).toEqual([anna, bela, cora]);
  });

  it('keep their own tasks when upstream leaves somebody out', () => {
    expect(alignByUser(['anna', 'bela', 'cora'], [anna, cora])).toEqual([anna, null, cora]);
  });

  it('are not mixed up with strangers that upstream names', () => {
    expect(alignByUser(['bela'], [anna, bela, cora])).toEqual([bela]);
  });

  it('get the first word where upstream repeats somebody', () => {
    expect(alignByUser(['anna'], [anna, answerFor('anna', 2)])).toEqual([anna]);
  });

  it('are all unknown when upstream answers with nobody', () => {
    expect(alignByUser(['anna', 'bela'], [])).toEqual([null, null]);
  });

  it('are found by the exact ID, also when it looks like a property of every object', () => {
    expect(alignByUser(['__proto__', 'constructor', 'Anna'], [anna])).toEqual([null, null, null]);
    expect(alignByUser(['__proto__'], [answerFor('__proto__')])).toEqual([answerFor('__proto__')]);
  });
});

/** Few names, so that asked ones are left out, repeated and met by strangers all the time. */
const userId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__');
const askedIds = fc.array(userId, { maxLength: 10 });
const answers = fc
  .array(userId, { maxLength: 15 })
  .map((ids) => ids.map((id, index) => answerFor(id, index)));
const strangers = fc
  .array(userId, { maxLength: 5 })
  .map((ids) => ids.map((id) => answerFor(`stranger-${id}`)));

describe('whatever upstream answers', () => {
  it('there is one place for each person asked for, and nobody stands at the place of another', () => {
    fc.assert(
      fc.property(askedIds, answers, (asked, answered) => {
        const aligned = alignByUser(asked, answered);
        expect(aligned).toHaveLength(asked.length);
        aligned.forEach((found, i) => {
          if (found) expect(found.userId).toBe(asked[i]);
        });
      }),
    );
  });

  it('each person gets the first answer that names them, and null only if none does', () => {
    fc.assert(
      fc.property(askedIds, answers, (asked, answered) => {
        const firstWords = asked.map(
          (id) => answered.find((answer) => answer.userId === id) ?? null,
        );
        expect(alignByUser(asked, answered)).toEqual(firstWords);
      }),
    );
  });

  it('strangers among the answers change nothing, wherever they stand', () => {
    fc.assert(
      fc.property(askedIds, answers, strangers, fc.nat(), (asked, answered, others, place) => {
        const crowded = answered.toSpliced(place % (answered.length + 1), 0, ...others);
        expect(alignByUser(asked, crowded)).toEqual(alignByUser(asked, answered));
      }),
    );
  });

  it('the order of answers for different people changes nothing', () => {
    const everybodyOnce = fc.uniqueArray(userId).map((ids) => ids.map((id) => answerFor(id)));
    const shuffled = everybodyOnce.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(askedIds, shuffled, (asked, [all, mixed]) => {
        expect(alignByUser(asked, mixed)).toEqual(alignByUser(asked, all));
      }),
    );
  });
});
