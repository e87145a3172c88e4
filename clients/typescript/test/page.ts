import { connect } from "../src/client.js";

const service = connect("http://127.0.0.1:8080");
const { data, error } = await service.POST("/v1/evaluate", {
  body: { rulebook: "sociale/2024", subject: { comune: "Jesi", provincia: "AN" }, fields: { R03: 39301 } },
});
if (data) console.log(data.status, data.values, data.missing);
else for (const problem of error.problems) console.log(problem.field, problem.message);
