{{/* The environment of a service: (list $ row). What the chart decides itself can't be among the settings. */}}
{{- define "vigie.environment" -}}
{{- $root := index . 0 -}}
{{- $row := index . 1 -}}
- {name: VIGIE_LISTEN, value: "0.0.0.0:8080"}
- {name: VIGIE_PUBLIC_URL, value: {{ $root.Values.publicUrl | quote }}}
{{- if $root.Values.rules.volume }}
- {name: VIGIE_RULES_DIR, value: /etc/vigie/rules}
{{- end }}
{{- range $setting, $value := mergeOverwrite (deepCopy $root.Values.settings) $row.settings }}
- {name: {{ $setting }}, value: {{ $value | quote }}}
{{- end }}
{{- include "vigie.secretEnvironment" (list $row.secretSettings "vigie") }}
{{- end -}}

{{/* A service waits a minute for the bus and its queues before it answers, says so, and ends. */}}
{{- define "vigie.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 3
  failureThreshold: 40
livenessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end -}}
