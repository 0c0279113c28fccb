// What those who run Kairos give to their Prometheus and Grafana, by path in the project.
import { alertsFile } from './alert-rules.ts';
import { dashboardFile } from './dashboard.ts';

export const opsFiles: Readonly<Record<string, () => string>> = {
  'ops/alerts.yml': alertsFile,
  'ops/dashboard.json': dashboardFile,
};
