/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(long|properties|stories)/'],
  // jose comes as ES modules only, which Node requires and Jest does not. OpenTelemetry's exporter uses `import()`.
  transformIgnorePatterns: [
    '/node_modules/(?!jose/|@opentelemetry/(exporter-trace-otlp-http|otlp-exporter-base)/)',
  ],
  // `import()` names the compiled file, as Node needs it.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': '$1' },
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 20_000,
  // Many tests wait for a gateway or a Redis of their own, so that no core has to be left free.
  maxWorkers: '100%',
};
