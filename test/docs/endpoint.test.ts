import { fileExists, read } from '../support/pages';

const PAGES = ['docs/endpoint.md', 'docs/endpoint.zh-CN.md'];

/** The rows of the tables of Feishu's page, of 2024-08-02. */
const ROWS = [
  ...['HTTP URL', 'HTTP Method', '接口频率限制', '支持的应用类型', '权限要求', '字段权限要求'],
  ...['Authorization', 'Content-Type', 'user_id_type'],
  ...['semester_id', 'user_id_lists', 'task_option_lists', 'after_time', 'before_time'],
  ...['code', 'msg', 'data', 'base', 'base.semester_id', 'base.semester_name'],
  ...['base.start_time', 'base.end_time', 'items', 'items.user_id', 'stage_num_lists'],
  ...['stage_num_lists.task_option_id', 'stage_num_lists.stage_num', 'stage_task_info_lists'],
  ...['stage_id', 'name', 'deadline', 'need_todo_count', 'jump_url'].map(ofTask),
  ...['stage_task_status', 'task_option_id'].map(ofTask),
  ...['1580101', '1580102', '通用错误码'],
];

function ofTask(field: string): string {
  return `stage_task_info_lists.${field}`;
}

function rowsOf(page: string) {
  const rows = [...read(page).matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].slice(2);
  return rows.map(([, name = '', built = '', tests = '']) => ({
    name: name.replaceAll('`', '').replace(/ \(.*\)$/, ''),
    built: filesIn(built),
    tests: filesIn(tests),
  }));
}

function filesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
}

describe.each(PAGES)('%s', (page) => {
  test("has each row of Feishu's page once, in its order", () => {
    expect(rowsOf(page).map(({ name }) => name)).toEqual(ROWS);
  });

  test.each(rowsOf(page))('names files that exist for $name', ({ built, tests }) => {
    expect(built.length).toBeGreaterThan(0);
    expect(tests.length).toBeGreaterThan(0);
    expect(built.filter((file) => !file.startsWith('src/') || !fileExists(file))).toEqual([]);
    expect(tests.filter((file) => !/^test\/.*\.test\.ts$/.test(file) || !fileExists(file))).toEqual(
      [],
    );
  });
});

test('Both languages name the same files', () => {
  const [english = '', chinese = ''] = PAGES;
  expect(rowsOf(chinese)).toEqual(rowsOf(english));
});
