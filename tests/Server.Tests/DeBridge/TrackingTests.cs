using System.Globalization;
using System.Text.Json;
using Tributary.ChainOrders;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>Lists and single orders of the tracking service (debridge.md § 4.6, 4.7).</summary>
public sealed class TrackingTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    private static readonly ChainOrderState[] Unlocked = [ChainOrderState.Fulfilled, ChainOrderState.SentUnlock, ChainOrderState.ClaimedUnlock];

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task Days_go_from_the_first_to_the_last_of_all(string day) =>
        (await (await node.OpenAsync()).GetAsync($"/api/Satistics/getDaily?dateTo={day}")).Ok();

    [Fact]
    public async Task The_last_second_of_all_is_an_end_like_any_other()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1));
        (await platform.ListAsync("""{"blockTimestampTo":253402300799}""")).Ids.ShouldBe([Id(1)]);
        (await platform.ListAsync("""{"blockTimestampFrom":253402300799}""")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_parameter_that_nobody_asks_for_may_come_twice()
    {
        var platform = await node.OpenAsync();
        (await platform.GetAsync("/api/Satistics/getAllTime?a=1&a=2")).Ok();
        (await platform.GetAsync("/api/Satistics/getAllTime?period=AllTime&Period=AllTime")).Refused(400, "invalid_input", "period");
    }

    [Fact]
    public async Task DB17_orders_of_a_code_newest_first_in_pages_that_neither_overlap_nor_miss()
    {
        var platform = await node.OpenAsync();
        for (var n = 0; n < 25; n++)
            await platform.RecordAsync(Order(n) with { CreatedAt = Start.AddMinutes(n / 3) });
        await platform.RecordAsync(Order(100, code: 31805));
        await platform.RecordAsync(Order(101, code: null));
        var expected = Enumerable.Range(0, 25).OrderByDescending(n => n / 3).ThenByDescending(n => n).Select(Id).ToList();
        var pages = new List<string>();
        for (var skip = 0; skip < 28; skip += 4)
            pages.AddRange((await platform.ListAsync($$"""{"referralCode":"30830","skip":{{skip}},"take":4}""")).Ids);
        pages.ShouldBe(expected);
        var byNumber = await platform.ListAsync("""{"referralCode":30830,"take":100}""");
        byNumber.Ids.ShouldBe(expected);
        byNumber.Total.ShouldBe(25);
        byNumber.Json.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("referralCode").GetInt64()).Distinct().ShouldBe([30830]);
        (await platform.ListAsync("""{"referralCode":0,"take":100}""")).Total.ShouldBe(27);
        await platform.RecordAsync(Order(200));
        (await platform.ListAsync($$"""{"referralCode":30830,"skip":4,"take":4,"blockTimestampTo":{{Start.AddMinutes(9).ToUnixTimeSeconds()}}}""")).Ids
            .ShouldBe(expected[4..8]);
    }

    [Fact]
    public async Task DB18_the_question_of_the_published_example_works()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1));
        await platform.RecordAsync(Order(2), Event(2, ChainOrderState.Fulfilled));
        await platform.RecordAsync(Swap(3));
        var question = $$"""
            {"giveChainIds":[],"takeChainIds":[],"orderStates":["Fulfilled","SentUnlock","ClaimedUnlock"],"externalCallStates":["NoExtCall"],
             "filter":"","skip":0,"take":20,"referralCode":"30830","blockTimestampFrom":{{Start.ToUnixTimeSeconds()}}}
            """;
        foreach (var type in (string[])["application/json", "application/json-patch+json"])
            (await platform.PostAsync("/api/Orders/filteredList", question, mediaType: type)).Ids.ShouldBe([Id(2)]);
        var swaps = await platform.ListAsync("""{"filterMode":"SameChain","referralCode":30830}""");
        swaps.Ids.ShouldBe([Id(3)]);
        var swap = swaps.Json.GetProperty("orders")[0];
        swap.GetProperty("state").GetString().ShouldBe("Fulfilled");
        swap.GetProperty("tradeType").GetString().ShouldBe("SameChain");
        swap.GetProperty("swapId").GetProperty("stringValue").GetString().ShouldBe(Id(3));
        swap.GetProperty("transactionHash").GetProperty("stringValue").GetString().ShouldBe(Hash(3));
        (await platform.ListAsync("""{"filterMode":"Mixed","orderStates":"fulfilled"}""")).Ids.ShouldBe([Id(3), Id(2)]);
        (await platform.ListAsync("""{"referralCode":99}""")).Text.ShouldBe("""{"orders":[],"totalCount":0}""");
    }

    [Fact]
    public async Task DB19_each_field_selects_by_its_own_column()
    {
        var platform = await node.OpenAsync();
        for (var n = 1; n <= 6; n++)
            await platform.RecordAsync(Order(n, code: n % 2 == 0 ? 30830 : null) with { TradeType = n == 6 ? ChainTradeType.Limit : ChainTradeType.Market });
        await platform.RecordAsync(
            Order(7) with
            {
                Give = Order(7).Give with { ChainId = Polygon },
                Take = Order(7).Take with { ChainId = Ethereum },
                ExternalCallState = ExternalCallState.Executing,
                UnlockAuthority = Wallet(70), GivePatchAuthority = Wallet(71), OrderAuthorityDst = Wallet(72),
            },
            Event(7, ChainOrderState.Fulfilled));
        foreach (var (filter, numbers) in (IEnumerable<(string, int[])>)
        [
            ("""{"referralCode":30830}""", [7, 6, 4, 2]),
            ("""{"giveChainIds":[137]}""", [7]),
            ("""{"giveChainIds":"137"}""", [7]),
            ("""{"giveChainIds":["137",1]}""", [7, 6, 5, 4, 3, 2, 1]),
            ("""{"takeChainIds":[1]}""", [7]),
            ("""{"orderStates":["FULFILLED"]}""", [7]),
            ("""{"orderStates":["None"]}""", []),
            ("""{"externalCallStates":["Executing"]}""", [7]),
            ("""{"externalCallStates":["OrderCancelled"]}""", []),
            ($$"""{"maker":"{{Wallet(1_003).ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)}}"}""", [3]),
            ($$"""{"creator":"{{Wallet(2_003)}}"}""", [3]),
            ($$"""{"maker":"{{Wallet(2_003)}}"}""", []),
            ($$"""{"maker":"no wallet at all"}""", []),
            ($$"""{"fulfiller":"{{Wallet(5_007)}}"}""", [7]),
            ($$"""{"unlockAuthorities":"{{Wallet(69)}}, {{Wallet(70)}}"}""", [7]),
            ($$"""{"orderAuthorityInSourceChain":"{{Wallet(71)}}"}""", [7]),
            ($$"""{"orderAuthorityInDestinationChain":"{{Wallet(72)}}"}""", [7]),
            ($$"""{"blockTimestampFrom":{{Start.AddMinutes(6).ToUnixTimeSeconds()}}}""", [7, 6]),
            ($$"""{"blockTimestampTo":"{{Start.AddMinutes(2).ToUnixTimeSeconds()}}"}""", [2, 1]),
            ($$"""{"blockTimestampFrom":{{Start.AddMinutes(5).ToUnixTimeSeconds()}},"blockTimestampTo":{{Start.AddMinutes(4).ToUnixTimeSeconds()}}}""", []),
            ("""{"orderTradeType":"limit"}""", [6]),
            ("""{"referralCode":30830,"orderTradeType":"Limit","giveChainIds":[1]}""", [6]),
            ("""{"referralCode":null,"giveChainIds":[],"orderStates":null,"maker":"","filter":null,"take":""}""", [7, 6, 5, 4, 3, 2, 1]),
        ])
        {
            var found = await platform.ListAsync(filter);
            found.Ids.ShouldBe(numbers.Select(Id), filter);
            found.Total.ShouldBe(numbers.Length, filter);
        }
    }

    [Fact]
    public async Task DB20_an_order_is_found_by_what_has_to_do_with_it_exactly()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(
            Order(1) with { AffiliateAmount = 3_000, AffiliateBeneficiary = Wallet(77), Take = Order(1).Take with { ChainId = Solana, Token = Mint }, Receiver = SolanaWallet },
            Event(1, ChainOrderState.Fulfilled));
        await platform.RecordAsync(Order(2));
        foreach (var term in (string[])
            [Id(1), Id(1)[2..], Id(1).ToUpperInvariant(), Hash(1), Event(1, ChainOrderState.Fulfilled).TransactionHash!, Wallet(1_001), Wallet(2_001), Wallet(77), SolanaWallet])
        {
            (await platform.ListAsync($$"""{"filter":"{{term}}"}""")).Ids.ShouldBe([Id(1)], term);
        }
        foreach (var term in (string[])[SolanaWallet.ToLowerInvariant(), Wallet(1_001)[..40], "0x", "nothing of the kind", Id(9)])
            (await platform.ListAsync($$"""{"filter":"{{term}}"}""")).Ids.ShouldBeEmpty(term);
    }

    [Fact]
    public async Task DB20_paging_by_a_hundred_ends_with_an_empty_page()
    {
        var platform = await node.OpenAsync();
        for (var n = 0; n < 205; n++)
            await platform.RecordAsync(Order(n));
        var seen = new List<string>();
        for (var skip = 0; ; skip += 100)
        {
            var page = await platform.ListAsync($$"""{"skip":{{skip}},"take":100}""");
            page.Total.ShouldBe(205);
            if (page.Ids.Count == 0)
                break;
            seen.AddRange(page.Ids);
        }
        seen.Distinct().Count().ShouldBe(205);
    }

    [Fact]
    public async Task DB23_a_fulfilled_order_shows_its_two_stages_and_the_others_in_their_form()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1), Event(1, ChainOrderState.Fulfilled));
        var order = (await platform.GetAsync($"/api/Orders/{Id(1)}")).Ok();
        order.GetProperty("createdSrcEventMetadata").GetProperty("transactionHash").GetProperty("stringValue").GetString().ShouldBe(Hash(1));
        order.GetProperty("createdSrcEventMetadata").GetProperty("blockTimeStamp").GetInt64().ShouldBe(Start.AddMinutes(1).ToUnixTimeSeconds());
        order.GetProperty("fulfilledDstEventMetadata").GetProperty("blockNumber").GetProperty("bigIntegerValue").GetInt64().ShouldBe(50_000_001);
        order.GetProperty("fulfilledDstEventMetadata").GetProperty("blockHash").GetRawText().ShouldBe("""{"bytesValue":null,"bytesArrayValue":null,"stringValue":null}""");
        foreach (var name in (string[])["sentUnlockDstEventInfo", "claimedUnlockSrcEventInfo", "claimedOrderCancelSrcEventInfo"])
            order.GetProperty(name).GetRawText().ShouldBe("""{"transactionMetadata":null}""");
        order.GetProperty("sentOrderCancelDstEventInfo").GetRawText().ShouldBe("""{"transactionMetadata":null,"submissionId":null}""");
        order.GetProperty("state").GetString().ShouldBe("Fulfilled");
        order.GetProperty("taker").GetProperty("stringValue").GetString().ShouldBe(Wallet(5_001));
        order.GetProperty("takeOfferWithMetadata").GetProperty("amount").GetProperty("bigIntegerValue").GetRawText().ShouldBe("123456789012345678901");
        order.GetProperty("takeOfferWithMetadata").GetProperty("metadata").GetRawText().ShouldBe("""{"decimals":null,"name":null,"symbol":null,"logoURI":null}""");
        order.GetProperty("giveOfferWithMetadata").GetProperty("symbol").GetString().ShouldBe("USDC");
        order.GetProperty("affiliateFee").GetProperty("amount").GetProperty("stringValue").GetString().ShouldBe("0");
        order.GetProperty("affiliateFee").GetProperty("beneficiarySrc").GetRawText().ShouldBe("""{"Base64Value":null,"bytesArrayValue":null,"stringValue":null}""");
        order.GetProperty("preswapData").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task DB23_every_other_form_of_an_order()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1) with { CreationTransactionHash = Hash(500), CreationIndex = 1, MakerOrderNonce = ulong.MaxValue }, Unlocked.Select(state => Event(1, state)).ToArray());
        await platform.RecordAsync(Order(2) with { CreationTransactionHash = Hash(500), CreationIndex = 0 });
        await platform.RecordAsync(Swap(3));
        var lite = (await platform.GetAsync($"/api/Orders/{Id(1).ToUpperInvariant().Replace("0X", "", StringComparison.Ordinal)}/liteModel")).Ok();
        lite.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "orderId", "creationTimestamp", "state", "externalCallState", "makerOrderNonce", "giveOffer", "takeOffer", "makerSrc", "receiverDst",
            "givePatchAuthoritySrc", "orderAuthorityAddressDst", "allowedTakerDst", "allowedCancelBeneficiarySrc", "referralCode",
        ]);
        lite.GetProperty("makerOrderNonce").GetUInt64().ShouldBe(ulong.MaxValue);
        lite.GetProperty("state").GetString().ShouldBe("ClaimedUnlock");
        (await platform.GetAsync($"/api/Orders/{Id(2)}/state")).Ok().GetProperty("state").GetString().ShouldBe("Created");
        (await platform.GetAsync($"/api/Orders/creationTxHash/{Hash(500)}")).Ok().GetProperty("orderId").GetProperty("stringValue").GetString().ShouldBe(Id(2));
        var ids = (await platform.GetAsync($"/api/Transaction/{Hash(500)}/orderIds")).Ok().GetProperty("orderIds").EnumerateArray();
        ids.Select(id => id.GetProperty("stringValue").GetString()).ShouldBe([Id(2), Id(1)]);
        (await platform.GetAsync($"/api/Transaction/{Hash(500)}/liteModels")).Ok().GetArrayLength().ShouldBe(2);
        var swap = (await platform.GetAsync($"/api/SameChainSwap/{Id(3)}")).Ok();
        (await platform.GetAsync($"/api/SameChainSwap/1/tx/{Hash(3)}")).Text.ShouldBe(swap.GetRawText());
        swap.GetProperty("tokenIn").GetProperty("amount").GetProperty("bigIntegerValue").GetInt64().ShouldBe(1_000_003);
        (await platform.GetAsync($"/api/SameChainSwap/137/tx/{Hash(3)}")).Refused(404, "not_found");
        (await platform.GetAsync($"/api/SameChainSwap/{Id(1)}")).Refused(404, "not_found");
        foreach (var path in (string[])[$"Orders/{Id(9)}", $"Orders/{Id(9)}/liteModel", $"Orders/{Id(9)}/state", $"Orders/creationTxHash/{Hash(9)}", $"SameChainSwap/{Id(9)}"])
            (await platform.GetAsync("/api/" + path)).Refused(404, "not_found");
        (await platform.GetAsync($"/api/Transaction/{Hash(9)}/orderIds")).Text.ShouldBe("""{"orderIds":[]}""");
        (await platform.GetAsync($"/api/Transaction/{Hash(9)}/liteModels")).Text.ShouldBe("[]");
        (await platform.GetAsync("/api/Orders/0x12")).Refused(400, "invalid_input", "orderId");
    }

    [Fact]
    public async Task DB24_the_order_service_tells_states_plainly()
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1), Event(1, ChainOrderState.Fulfilled));
        (await platform.GetAsync($"/v1.0/dln/order/{Id(1)}/status")).Text
            .ShouldBe($$"""{"orderId":"{{Id(1)}}","status":"Fulfilled","externalCallState":"NoExtCall"}""");
        (await platform.GetAsync($"/v1.0/dln/order/{Id(9)}/status")).Text
            .ShouldBe($$"""{"orderId":"{{Id(9)}}","status":"None","externalCallState":"NoExtCall"}""");
        var made = (await platform.GetAsync($"/v1.0/dln/order/{Id(1)}")).Ok().GetProperty("orderStruct");
        made.GetProperty("makerSrc").GetString().ShouldBe(Wallet(1_001));
        made.GetProperty("takeOffer").GetRawText().ShouldBe($$"""{"chainId":137,"tokenAddress":"{{Wallet(8)}}","amount":"123456789012345678901"}""");
        made.GetProperty("externalCall").ValueKind.ShouldBe(JsonValueKind.Null);
        (await platform.GetAsync($"/v1.0/dln/order/{Id(9)}")).OrderRefused(400, "UNKNOWN_ORDER");
        (await platform.GetAsync("/v1.0/dln/order/12")).OrderRefused(400, "INVALID_QUERY_PARAMETERS", "id");
        (await platform.GetAsync($"/v1.0/dln/tx/{Hash(1)}/order-ids")).Text.ShouldBe($$"""{"orderIds":["{{Id(1)}}"]}""");
        (await platform.GetAsync($"/v1.0/dln/tx/{Hash(9)}/order-ids")).Text.ShouldBe("""{"orderIds":[]}""");
    }

    private static ChainOrderReport Swap(int number) => Order(number) with
    {
        Kind = ChainOrderKind.SameChain,
        Take = Order(number).Take with { ChainId = Ethereum },
        CreationTransactionHash = Hash(number),
    };
}
