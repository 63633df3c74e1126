{{/* The release's name, in front of all names. Kubernetes allows 63 characters; the longest name of ours takes 23. */}}
{{- define "vigie.release" -}}
{{- $whole := contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) -}}
{{- $whole | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of what belongs to one part: (list $ "device_registry"). */}}
{{- define "vigie.name" -}}
{{- printf "%s-%s" (include "vigie.release" (index . 0)) (index . 1 | replace "_" "-") -}}
{{- end -}}

{{/* By what pods of one part are chosen; the part is called as on the bus. */}}
{{- define "vigie.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "vigie.labels" -}}
{{ include "vigie.selector" . }}
app.kubernetes.io/part-of: {{ (index . 0).Chart.Name }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{/* A service's row with what holds for each, as YAML. */}}
{{- define "vigie.service" -}}
{{- $own := index (index . 0).Values.services (index . 1) -}}
{{- $row := mergeOverwrite (deepCopy (index . 0).Values.each) (deepCopy $own) -}}
{{- toYaml $row -}}
{{- end -}}

{{- define "vigie.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether the Prometheus operator's kinds are used: "true", or nothing. */}}
{{- define "vigie.operator" -}}
{{- $known := .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
{{- if or (eq .Values.monitoring.operator "always") (and $known (eq .Values.monitoring.operator "auto")) -}}true{{- end -}}
{{- end -}}
