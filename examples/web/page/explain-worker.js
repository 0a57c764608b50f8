// Explains logs beside the page, which a large one would hold up for seconds.

import init, { explain } from "./luat_web.js";

let ready;

addEventListener("message", async ({ data }) => {
  if (data.module) {
    ready = init({ module_or_path: data.module });
    return;
  }
  try {
    await ready;
    postMessage({ result: explain(data.bytes) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
