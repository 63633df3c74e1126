{{/* Ports of a NetworkPolicy: (list ports protocols...). */}}
{{- define "vigie.ports" -}}
{{- $protocols := rest . -}}
{{- range $port := first . }}
{{- range $protocols }}
- {port: {{ $port }}, protocol: {{ . }}}
{{- end }}
{{- end }}
{{- end -}}

{{/* One egress rule: (list where protocols...). Without peers it is anywhere, on these ports. */}}
{{- define "vigie.egressTo" -}}
{{- $where := first . -}}
- ports: {{- include "vigie.ports" (concat (list $where.ports) (rest .)) | trim | nindent 4 }}
  {{- with $where.peers }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* What everybody may reach. */}}
{{- define "vigie.egress" -}}
{{ include "vigie.egressTo" (list .dns "UDP" "TCP") }}
{{ include "vigie.egressTo" (list .broker "TCP") }}
{{ include "vigie.egressTo" (list .database "TCP") }}
{{- end -}}
