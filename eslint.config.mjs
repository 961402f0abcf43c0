import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '.bench/',
      '.examples/',
      'coverage/',
      'test/generated/',
      'examples/dashboard/src/operations.ts',
      'packages/client/src/operations.ts',
      'packages/client/src/urql-schema.ts',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Type modifiers cost nothing at run time and keep the import graph honest.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // The classes of type-graphql are carriers of decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // They describe shapes: what is served are plain objects, which resolve without a resolver.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // Selections are compiled into closures: what a client sends never becomes code.
    rules: {
      'no-eval': 'error',
      'no-new-func': 'error',
      // Knows `setTimeout` by its type; ESLint's own `no-implied-eval` needs a list of globals for that.
      '@typescript-eslint/no-implied-eval': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    // Jest's matchers, such as expect.any(String), are typed as any.
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        exports: 'writable',
        module: 'writable',
        require: 'readonly',
      },
    },
  },
);
