// The browser flows against the real binary. One worker: the machine is small and software GL is slow.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "flows",
  testMatch: "*.mjs",
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Software GL on two busy cores: a slow frame is not a broken promise. A test that fails three times is one.
  retries: process.env.CI ? 2 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
    colorScheme: "light",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      // --use-angle=swiftshader is left out on purpose: it makes page compositing several times slower.
      args: ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
