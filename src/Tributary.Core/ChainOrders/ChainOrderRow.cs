using System.Numerics;
using Npgsql;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Rows of <c>chain_orders</c>: how they are read and written.</summary>
internal static class ChainOrderRow
{
    /// <summary>Of <c>chain_orders c join orders o</c>.</summary>
    public const string Columns = """
        c.order_key, o.customer_id, o.referrer_id,
        c.order_id, c.kind, c.referral_code, c.prepared_order_id, c.source, c.maker, c.creator, c.receiver, c.taker,
        c.unlock_authority, c.give_patch_authority, c.order_authority_dst, c.allowed_taker, c.allowed_cancel_beneficiary,
        c.cancel_beneficiary, c.give_chain, c.give_token, c.give_amount, c.give_final_amount, c.take_chain, c.take_token,
        c.take_amount, c.take_final_amount, c.actual_fulfill_amount, c.input_amount, c.percent_fee, c.final_percent_fee,
        c.fix_fee, c.affiliate_amount, (c.affiliate_percent * 1000000)::bigint, c.affiliate_beneficiary, c.affiliate_estimated,
        c.affiliate_unpaid, c.give_usd, c.take_usd, c.protocol_fee_usd, c.affiliate_usd, c.state, c.external_call_state,
        c.trade_type, c.created_at, c.created_estimated, c.fulfilled_at, c.final_at, c.cancelled_at, c.next_check_at,
        c.hold_reason, c.self_referral, c.auto_cancel_state, c.auto_cancel_at, c.auto_cancel_attempts, c.maker_order_nonce,
        c.creation_index, c.preswap::text, c.order_metadata::text, c.received_at
        """;

    public const string From = """
        chain_orders c
        join orders o on o.program_id = c.program_id and o.order_key = c.order_key
        """;

    public const string ByIdSql = $"""
        select {Columns}
        from {From}
        where c.program_id = $1 and c.order_id = $2
        """;

    private const string InsertSql = """
        insert into chain_orders (program_id, order_key,
          order_id, kind, referral_code, prepared_order_id, source, maker, creator, receiver, taker, unlock_authority,
          give_patch_authority, order_authority_dst, allowed_taker, allowed_cancel_beneficiary, cancel_beneficiary, give_chain,
          give_token, give_amount, give_final_amount, take_chain, take_token, take_amount, take_final_amount,
          actual_fulfill_amount, input_amount, percent_fee, final_percent_fee, fix_fee, affiliate_amount, affiliate_percent,
          affiliate_beneficiary, affiliate_estimated, affiliate_unpaid, give_usd, take_usd, protocol_fee_usd, affiliate_usd,
          state, external_call_state, trade_type, created_at, created_estimated, fulfilled_at, final_at, cancelled_at,
          next_check_at, hold_reason, self_referral, auto_cancel_state, auto_cancel_at, auto_cancel_attempts, maker_order_nonce,
          creation_index, preswap, order_metadata, received_at)
        values ($1, $2,
          $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
          $28, $29, $30, $31, $32::numeric / 1000000, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47,
          $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58)
        """;

    private const string UpdateSql = """
        update chain_orders
        set order_id = $3, kind = $4, referral_code = $5, prepared_order_id = $6, source = $7, maker = $8, creator = $9,
            receiver = $10, taker = $11, unlock_authority = $12, give_patch_authority = $13, order_authority_dst = $14,
            allowed_taker = $15, allowed_cancel_beneficiary = $16, cancel_beneficiary = $17, give_chain = $18, give_token = $19,
            give_amount = $20, give_final_amount = $21, take_chain = $22, take_token = $23, take_amount = $24, take_final_amount
            = $25, actual_fulfill_amount = $26, input_amount = $27, percent_fee = $28, final_percent_fee = $29, fix_fee = $30,
            affiliate_amount = $31, affiliate_percent = $32::numeric / 1000000, affiliate_beneficiary = $33, affiliate_estimated
            = $34, affiliate_unpaid = $35, give_usd = $36, take_usd = $37, protocol_fee_usd = $38, affiliate_usd = $39, state =
            $40, external_call_state = $41, trade_type = $42, created_at = $43, created_estimated = $44, fulfilled_at = $45,
            final_at = $46, cancelled_at = $47, next_check_at = $48, hold_reason = $49, self_referral = $50, auto_cancel_state =
            $51, auto_cancel_at = $52, auto_cancel_attempts = $53, maker_order_nonce = $54, creation_index = $55, preswap = $56,
            order_metadata = $57, received_at = $58
        where program_id = $1 and order_key = $2
        """;

    public static void Insert(Transaction tx, ChainOrder order) => tx.Writes.Add(InsertSql, Parameters(tx, order));

    public static void Update(Transaction tx, ChainOrder order) => tx.Writes.Add(UpdateSql, Parameters(tx, order));

    /// <param name="at">The column of the order's key.</param>
    public static ChainOrder Read(NpgsqlDataReader row, int at = 0) => new()
    {
        Key = row.GetInt64(at),
        CustomerId = row.GetInt64(at + 1),
        ReferrerId = row.LongOrNull(at + 2),
        OrderId = row.GetString(at + 3),
        Kind = ChainWords.Kind(row.GetString(at + 4)),
        ReferralCode = row.LongOrNull(at + 5),
        PreparedOrderId = row.TextOrNull(at + 6),
        Source = ChainWords.Source(row.GetString(at + 7)),
        Maker = row.GetString(at + 8),
        Creator = row.TextOrNull(at + 9),
        Receiver = row.TextOrNull(at + 10),
        Taker = row.TextOrNull(at + 11),
        UnlockAuthority = row.TextOrNull(at + 12),
        GivePatchAuthority = row.TextOrNull(at + 13),
        OrderAuthorityDst = row.TextOrNull(at + 14),
        AllowedTaker = row.TextOrNull(at + 15),
        AllowedCancelBeneficiary = row.TextOrNull(at + 16),
        CancelBeneficiary = row.TextOrNull(at + 17),
        GiveChain = row.GetInt64(at + 18),
        GiveToken = row.GetString(at + 19),
        GiveAmount = row.Big(at + 20),
        GiveFinalAmount = row.BigOrNull(at + 21),
        TakeChain = row.GetInt64(at + 22),
        TakeToken = row.GetString(at + 23),
        TakeAmount = row.Big(at + 24),
        TakeFinalAmount = row.BigOrNull(at + 25),
        ActualFulfillAmount = row.BigOrNull(at + 26),
        InputAmount = row.BigOrNull(at + 27),
        PercentFee = row.BigOrNull(at + 28),
        FinalPercentFee = row.BigOrNull(at + 29),
        FixFee = row.BigOrNull(at + 30),
        AffiliateAmount = row.BigOrNull(at + 31),
        AffiliatePercent = row.LongOrNull(at + 32),
        AffiliateBeneficiary = row.TextOrNull(at + 33),
        AffiliateEstimated = row.GetBoolean(at + 34),
        AffiliateUnpaid = row.GetBoolean(at + 35),
        GiveUsd = row.LongOrNull(at + 36),
        TakeUsd = row.LongOrNull(at + 37),
        ProtocolFeeUsd = row.LongOrNull(at + 38),
        AffiliateUsd = row.LongOrNull(at + 39),
        State = Enum.Parse<ChainOrderState>(row.GetString(at + 40)),
        ExternalCallState = Enum.Parse<ExternalCallState>(row.GetString(at + 41)),
        TradeType = ChainWords.TradeType(row.GetString(at + 42)),
        CreatedAt = row.Time(at + 43),
        CreatedEstimated = row.GetBoolean(at + 44),
        FulfilledAt = row.TimeOrNull(at + 45),
        FinalAt = row.TimeOrNull(at + 46),
        CancelledAt = row.TimeOrNull(at + 47),
        NextCheckAt = row.TimeOrNull(at + 48),
        HoldReason = row.TextOrNull(at + 49),
        SelfReferral = row.GetBoolean(at + 50),
        AutoCancelState = row.TextOrNull(at + 51),
        AutoCancelAt = row.TimeOrNull(at + 52),
        AutoCancelAttempts = row.GetInt32(at + 53),
        MakerOrderNonce = row.BigOrNull(at + 54),
        CreationIndex = row.IsDBNull(at + 55) ? null : row.GetInt32(at + 55),
        Preswap = row.TextOrNull(at + 56),
        OrderMetadata = row.TextOrNull(at + 57),
        ReceivedAt = row.Time(at + 58),
    };

    private static NpgsqlParameter[] Parameters(Transaction tx, ChainOrder order) =>
    [
        Param.Of(tx.ProgramId),
        Param.Of(order.Key),
        Param.Of(order.OrderId),
        Param.Of(order.Kind.Text()),
        Param.Of(order.ReferralCode),
        Param.Of(order.PreparedOrderId),
        Param.Of(order.Source.Text()),
        Param.Of(order.Maker),
        Param.Of(order.Creator),
        Param.Of(order.Receiver),
        Param.Of(order.Taker),
        Param.Of(order.UnlockAuthority),
        Param.Of(order.GivePatchAuthority),
        Param.Of(order.OrderAuthorityDst),
        Param.Of(order.AllowedTaker),
        Param.Of(order.AllowedCancelBeneficiary),
        Param.Of(order.CancelBeneficiary),
        Param.Of(order.GiveChain),
        Param.Of(order.GiveToken),
        Param.Of((BigInteger?)order.GiveAmount),
        Param.Of(order.GiveFinalAmount),
        Param.Of(order.TakeChain),
        Param.Of(order.TakeToken),
        Param.Of((BigInteger?)order.TakeAmount),
        Param.Of(order.TakeFinalAmount),
        Param.Of(order.ActualFulfillAmount),
        Param.Of(order.InputAmount),
        Param.Of(order.PercentFee),
        Param.Of(order.FinalPercentFee),
        Param.Of(order.FixFee),
        Param.Of(order.AffiliateAmount),
        Param.Of(order.AffiliatePercent),
        Param.Of(order.AffiliateBeneficiary),
        Param.Of(order.AffiliateEstimated),
        Param.Of(order.AffiliateUnpaid),
        Param.Of(order.GiveUsd),
        Param.Of(order.TakeUsd),
        Param.Of(order.ProtocolFeeUsd),
        Param.Of(order.AffiliateUsd),
        Param.Of(order.State.ToString()),
        Param.Of(order.ExternalCallState.ToString()),
        Param.Of(order.TradeType.Text()),
        Param.Of(order.CreatedAt),
        Param.Of(order.CreatedEstimated),
        Param.Of(order.FulfilledAt),
        Param.Of(order.FinalAt),
        Param.Of(order.CancelledAt),
        Param.Of(order.NextCheckAt),
        Param.Of(order.HoldReason),
        Param.Of(order.SelfReferral),
        Param.Of(order.AutoCancelState),
        Param.Of(order.AutoCancelAt),
        Param.Of(order.AutoCancelAttempts),
        Param.Of(order.MakerOrderNonce),
        Param.Of(order.CreationIndex),
        Param.Json(order.Preswap),
        Param.Json(order.OrderMetadata),
        Param.Of(order.ReceivedAt),
    ];
}

/// <summary>Words of the database that are not names of their members.</summary>
internal static class ChainWords
{
    public static ChainOrderKind Kind(string text) => text == "same_chain" ? ChainOrderKind.SameChain : ChainOrderKind.CrossChain;

    public static ChainTradeType TradeType(string text) => text == "limit" ? ChainTradeType.Limit : ChainTradeType.Market;

    public static ChainOrderSource Source(string text) =>
        text switch { "gateway" => ChainOrderSource.Gateway, "follower" => ChainOrderSource.Follower, _ => ChainOrderSource.Native };
}
