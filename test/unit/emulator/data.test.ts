import type { Tenant } from '../../../src/emulator/tenant';
import { createTenants } from '../../../src/emulator/tenants';
import { STAGE_KINDS } from '../../../src/emulator/stages';

const NOW_MS = Date.parse('2026-11-23T09:00:00Z');

/** All on one day, which sets the dates. */
function tenantOf(seed: number): Tenant {
  return createTenants({
    ...{ seed, now: () => NOW_MS, lateSubmission: 'forbidden', tenants: 1, people: 2_000 },
  }).first;
}

function everything(seed: number): string {
  const { people, semesters, tasksOf } = tenantOf(seed);
  const tasks = semesters.map((semester) => people.map((person) => tasksOf(person, semester)));
  return JSON.stringify({ people, semesters, tasks });
}

describe('the people, cycles and tasks of the emulator', () => {
  const tenant = tenantOf(1);
  const allTasks = tenant.semesters.flatMap((semester) =>
    tenant.people.flatMap((person) => tenant.tasksOf(person, semester) ?? []),
  );

  test('are byte-identical for the same seed on the same day', () => {
    expect(everything(7)).toBe(everything(7));
  });

  test('differ for another seed', () => {
    const other = tenantOf(2);
    const ids = new Set(tenant.people.map(({ openId }) => openId));
    expect(other.people.some(({ openId }) => ids.has(openId))).toBe(false);
    expect(other.semesters.map(({ id }) => id)).not.toEqual(tenant.semesters.map(({ id }) => id));
  });

  test('give 2,000 people IDs of the shapes that Feishu uses, all different', () => {
    expect(tenant.people).toHaveLength(2000);
    const others = tenant.people.filter(
      ({ openId, unionId, userId, peopleAdminId, name }) =>
        !/^ou_[0-9a-f]{32}$/.test(openId) ||
        !/^on_[0-9a-f]{32}$/.test(unionId) ||
        !/^[0-9a-z]{8}$/.test(userId) ||
        !/^[1-9]\d{18}$/.test(peopleAdminId) ||
        !/^\p{Script=Han}+$/u.test(name['zh-CN']) ||
        !/^[A-Z][a-z]+ [A-Z][a-z]+$/.test(name['en-US']),
    );
    expect(others).toEqual([]);
    expect(new Set(tenant.people.map(({ openId }) => openId)).size).toBe(2000);
    expect(new Set(tenant.people.map(({ userId }) => userId)).size).toBe(2000);
  });

  test('have seven cycles of 2 to 7 stages, with 19-digit IDs and both languages', () => {
    expect(tenant.semesters).toHaveLength(7);
    for (const { id, name, stages, startTimeMs, endTimeMs } of tenant.semesters) {
      expect(id).toMatch(/^7\d{18}$/);
      expect(name['zh-CN']).toContain('绩效');
      expect(name['en-US']).toContain('Performance');
      expect(stages.length).toBeGreaterThanOrEqual(2);
      expect(stages.length).toBeLessThanOrEqual(7);
      for (const stage of stages) {
        expect(stage.id).toMatch(/^\d{19}$/);
        expect(stage.deadlineMs).toBeGreaterThan(startTimeMs);
        expect(stage.deadlineMs).toBeLessThanOrEqual(endTimeMs);
        expect(stage.jumpUrl).toMatch(/^https:\/\/performance\.example\.com\//);
      }
    }
  });

  test('give stages of managers to managers only', () => {
    for (const semester of tenant.semesters) {
      const others = tenant.people.filter(({ reportCount }) => reportCount === 0);
      const kinds = others.flatMap(
        (person) => tenant.tasksOf(person, semester)?.map(({ stage }) => stage.kind) ?? [],
      );
      expect(kinds.filter((kind) => STAGE_KINDS[kind].managersOnly)).toEqual([]);
    }
    expect(allTasks.some(({ stage }) => STAGE_KINDS[stage.kind].managersOnly)).toBe(true);
  });

  test('show all three task options and all four statuses', () => {
    expect(new Set(allTasks.map(({ option }) => option))).toEqual(new Set([1, 2, 3]));
    expect(new Set(allTasks.map(({ status }) => status))).toEqual(
      new Set(['need_todo', 'overdue', 'all_done', 'stage_pause']),
    );
  });

  test('put some stages of a user under both to do and done', () => {
    const semester = tenant.semesters.at(-1);
    const hasSplitStage = tenant.people.some((person) => {
      const tasks = (semester && tenant.tasksOf(person, semester)) ?? [];
      return new Set(tasks.map(({ stage }) => stage.id)).size < tasks.length;
    });
    expect(hasSplitStage).toBe(true);
  });

  test('leave a few percent of the people out of each cycle', () => {
    for (const semester of tenant.semesters) {
      const absent = tenant.people.length - tenant.participantsOf(semester).length;
      expect(absent).toBeGreaterThan(20);
      expect(absent).toBeLessThan(200);
    }
  });
});
