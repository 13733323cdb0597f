<?php

namespace App;

use App\Jobs\AppJob;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Str;

/** Makes the business row that a job of a kind works on, and the job, bound for its connection and queue. */
class BusinessRows
{
    public static function jobFor(string $kind, string $key): AppJob
    {
        return match ($kind) {
            'GenerateReportSnapshotJob' => self::snapshot($key),
            'GenerateReportJob' => self::report($key),
            'ExecuteApprovalJob' => self::approval($key),
            'RunContentProbeJob' => self::release($key),
            'RefundOrderJob' => self::order($key),
            'ReprocessPaymentEventJob' => self::paymentEvent($key),
            'GenerateInsightJob' => self::insight($key),
            'SendReceiptJob' => (new Jobs\SendReceiptJob($key))->onConnection('redis')->onQueue('default'),
            'encrypted' => (new Jobs\EncryptedJob($key))->onConnection('database')->onQueue('ops'),
        };
    }

    private static function insert(string $table, array $row): void
    {
        DB::table($table)->insertOrIgnore($row + ['created_at' => now(), 'updated_at' => now()]);
    }

    private static function snapshot(string $key): AppJob
    {
        self::insert('report_snapshots', [
            'org_id' => 1, 'attempt_id' => $key, 'scale_code' => 'MBTI', 'pack_id' => 'mbti.zh', 'dir_version' => 'v3',
            'report_json' => '{}', 'status' => 'pending',
        ]);

        // Reports are dispatched on a connection that shares its table with the one that the workers listen on.
        return (new Jobs\GenerateReportSnapshotJob($key, 1, 'tok_live_0123456789abcdef'))->onConnection('database_reports')->onQueue('reports');
    }

    private static function report(string $key): AppJob
    {
        self::insert('report_jobs', [
            'id' => (string) Str::uuid(), 'org_id' => 1, 'attempt_id' => $key, 'status' => 'queued', 'available_at' => now(),
        ]);

        return (new Jobs\GenerateReportJob($key))->onConnection('database_reports')->onQueue('reports');
    }

    private static function approval(string $key): AppJob
    {
        self::insert('admin_approvals', [
            'id' => $key, 'org_id' => 1, 'type' => 'REFUND', 'status' => 'APPROVED', 'reason' => 'customer asked',
            'requested_by_admin_user_id' => 7, 'approved_by_admin_user_id' => 9, 'approved_at' => now(),
            'payload_json' => json_encode(['order_no' => 'O-'.substr($key, 0, 8)]), 'correlation_id' => (string) Str::uuid(),
        ]);

        return (new Jobs\ExecuteApprovalJob($key))->onConnection('database')->onQueue('ops');
    }

    private static function release(string $key): AppJob
    {
        self::insert('content_pack_releases', [
            'id' => $key, 'action' => 'publish', 'region' => 'CN_MAINLAND', 'locale' => 'zh-CN', 'dir_alias' => 'mbti',
            'to_pack_id' => 'mbti.zh', 'status' => 'success', 'created_by' => 'anna',
        ]);

        return (new Jobs\RunContentProbeJob($key))->onConnection('database')->onQueue('content');
    }

    private static function order(string $key): AppJob
    {
        self::insert('orders', [
            'id' => (string) Str::uuid(), 'order_no' => $key, 'org_id' => 1, 'user_id' => (string) (1000 + crc32($key) % 9000),
            'sku' => 'MBTI_REPORT_FULL', 'amount_cents' => 1990, 'currency' => 'CNY', 'status' => 'paid', 'paid_at' => now(),
        ]);
        self::insert('benefit_grants', ['id' => (string) Str::uuid(), 'org_id' => 1, 'benefit_code' => 'REPORT_FULL', 'order_no' => $key]);

        return (new Jobs\RefundOrderJob($key))->onConnection('database_commerce')->onQueue('commerce');
    }

    private static function paymentEvent(string $key): AppJob
    {
        self::insert('payment_events', [
            'id' => $key, 'org_id' => 1, 'provider' => 'stripe', 'provider_event_id' => 'evt_'.str_replace('-', '', $key),
            'order_no' => 'O-'.substr($key, 0, 8), 'payload_json' => '{"type":"charge.succeeded"}', 'signature_ok' => true,
            'handle_status' => 'failed', 'received_at' => now(),
        ]);

        return (new Jobs\ReprocessPaymentEventJob($key))->onConnection('database_commerce')->onQueue('commerce');
    }

    private static function insight(string $key): AppJob
    {
        self::insert('ai_insights', [
            'id' => $key, 'user_id' => (string) (1000 + crc32($key) % 9000), 'period_type' => 'week', 'period_start' => '2026-11-16',
            'period_end' => '2026-11-22', 'input_hash' => sha1($key), 'prompt_version' => 'p7', 'model' => 'gpt', 'provider' => 'openai',
            'status' => 'queued',
        ]);

        return (new Jobs\GenerateInsightJob($key))->onConnection('redis')->onQueue('insights');
    }
}
